// ViewDefinitions: whoever is signed in sees which there are; rows of one are identified, so that they are for those who may export the
// type, and are those of the patients whom they may see.
import { type Cell, cellFor } from './matrix.ts';
import { type Asker, mayExport } from './roles.ts';

const types = { patients: 'Patient', conditions: 'Condition', locations: 'Location' } as const;

export function* viewCells(one: Asker): Generator<Cell> {
  const cell = cellFor(one);
  yield cell('GET', '/fhir/ViewDefinition', '/fhir/ViewDefinition', 200);
  yield cell('GET', '/fhir/ViewDefinition/{name}', '/fhir/ViewDefinition/patients', 200);
  for (const [view, type] of Object.entries(types)) {
    const may = mayExport(one, type);
    const audit = { audit: { action: 'export', outcome: may ? 200 : 403 } };
    const run = '/fhir/ViewDefinition/{name}/$run';
    yield { ...cell('GET', run, `/fhir/ViewDefinition/${view}/$run?_format=csv`, may ? 200 : 403), ...audit };
    yield { ...cell('POST', run, `/fhir/ViewDefinition/${view}/$run`, may ? 200 : 403, { resourceType: 'Parameters' }), ...audit };
    const inline = { resourceType: 'ViewDefinition', resource: type, select: [{ column: [{ name: 'id', path: 'id' }] }] };
    yield { ...cell('POST', '/fhir/ViewDefinition/$run', '/fhir/ViewDefinition/$run', may ? 200 : 403, inline), ...audit };
  }
  const may = mayExport(one, 'Patient');
  // Allowed, and said that an export is answered later.
  yield cell('POST', '/fhir/ViewDefinition/{name}/$export', '/fhir/ViewDefinition/patients/$export', 400, { resourceType: 'Parameters' });
  const view = { name: 'view', part: [{ name: 'viewReference', valueReference: { reference: 'ViewDefinition/patients' } }] };
  yield {
    ...cell('POST', '/fhir/ViewDefinition/$export', '/fhir/ViewDefinition/$export', may ? 202 : 403, {
      resourceType: 'Parameters',
      parameter: [view],
    }),
    headers: { prefer: 'respond-async' },
  };
}
