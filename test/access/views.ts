// ViewDefinitions: whoever is signed in sees which there are; rows of one are identified, so that they are for those who may export the
// type, and are those of the patients whom they may see.
import { type Cell, cellFor } from './matrix.ts';
import { type Asker, mayExport } from './roles.ts';

const types = { patients: 'Patient', conditions: 'Condition', locations: 'Location' } as const;

/**
 * Where the same is asked by another name, it is asked of one of the types, of another by each asker: of all of them with `LAMPLIGHT_RUNS`,
 * which takes some ten seconds more. Each view from outside begins a thread.
 */
const isAskedOf = (name: string, at: number, { name: asker }: Asker): boolean =>
  name === '$run' || process.env['LAMPLIGHT_RUNS'] !== undefined || (at + asker.length) % 3 === 0;

const nothing = {
  resourceType: 'Library',
  status: 'active',
  type: { coding: [{ system: 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes', code: 'sql-query' }] },
  content: [{ contentType: 'application/sql', data: Buffer.from('select 1 as one').toString('base64') }],
};

export function* viewCells(one: Asker): Generator<Cell> {
  const cell = cellFor(one);
  yield cell('GET', '/fhir/ViewDefinition', '/fhir/ViewDefinition', 200);
  yield cell('GET', '/fhir/ViewDefinition/{name}', '/fhir/ViewDefinition/patients', 200);
  for (const [at, [view, type]] of Object.entries(types).entries()) {
    const may = mayExport(one, type);
    const audit = { audit: { action: 'export', outcome: may ? 200 : 403 } };
    const inline = { resourceType: 'ViewDefinition', resource: type, select: [{ column: [{ name: 'id', path: 'id' }] }] };
    for (const name of ['$run', '$viewdefinition-run']) {
      if (!isAskedOf(name, at, one)) continue;
      const run = `/fhir/ViewDefinition/{name}/${name}`;
      yield { ...cell('GET', run, `/fhir/ViewDefinition/${view}/${name}?_format=csv`, may ? 200 : 403), ...audit };
      yield { ...cell('POST', run, `/fhir/ViewDefinition/${view}/${name}`, may ? 200 : 403, { resourceType: 'Parameters' }), ...audit };
      const any = `/fhir/ViewDefinition/${name}`;
      yield { ...cell('POST', any, any, may ? 200 : 403, inline), ...audit };
    }
    if (isAskedOf('$viewdefinition-run', at, one))
      yield { ...cell('POST', '/fhir/$viewdefinition-run', '/fhir/$viewdefinition-run', may ? 200 : 403, inline), ...audit };
  }
  const may = mayExport(one, 'Patient');
  for (const [method, route, path] of [
    ['GET', '/fhir/Library/$sqlquery-run', '/fhir/Library/$sqlquery-run'],
    ['GET', '/fhir/Library/{id}/$sqlquery-run', '/fhir/Library/none/$sqlquery-run?patient=Patient/own'],
  ] as const)
    yield cell(method, route, path, 400);
  for (const [route, path] of [
    ['/fhir/$sqlquery-run', '/fhir/$sqlquery-run'],
    ['/fhir/Library/$sqlquery-run', '/fhir/Library/$sqlquery-run'],
    ['/fhir/$sql-run', '/fhir/$sql-run'],
  ] as const) {
    // SQL that asks nothing of nobody: answered to those who may ask the tables.
    const audit = { audit: { action: 'warehouse-query', outcome: may ? 200 : 403 } };
    yield { ...cell('POST', route, path, may ? 200 : 403, nothing), ...audit };
  }
  yield cell('POST', '/fhir/Library/{id}/$sqlquery-run', '/fhir/Library/none/$sqlquery-run', 404, { resourceType: 'Parameters' });
  yield cell('GET', '/fhir/$sql-run', '/fhir/$sql-run?subjectReference=Library/none', 404);
  const view = { name: 'view', part: [{ name: 'viewReference', valueReference: { reference: 'ViewDefinition/patients' } }] };
  const views = { resourceType: 'Parameters', parameter: [view] };
  for (const name of ['$export', '$viewdefinition-export']) {
    // Allowed, and said that an export is answered later.
    const of = `/fhir/ViewDefinition/patients/${name}`;
    yield cell('POST', `/fhir/ViewDefinition/{name}/${name}`, of, 400, { resourceType: 'Parameters' });
  }
  for (const path of ['/fhir/ViewDefinition/$export', '/fhir/ViewDefinition/$viewdefinition-export', '/fhir/$viewdefinition-export'])
    yield { ...cell('POST', path, path, may ? 202 : 403, views), headers: { prefer: 'respond-async' } };
}
