// Registries of patients as the record shows them to a caller: one patient, or the patients of a practitioner. Read by search, so that policy's rights to search
// decide patient by patient and the trail has the searches; no right to export is needed, and nothing is seen that the chart would not show.

import type { ResourceType } from '../../fhir/generated/types.ts';
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { systemsOf } from '../../methods/care-gaps/concepts.ts';
import type { Concept, Fact, Gap, GapResult, Outcome, PersonFacts, Registry } from '../../methods/care-gaps/contract.ts';
import { addMonths, localDay } from '../../methods/care-gaps/days.ts';
import { evaluateRegistry } from '../../methods/care-gaps/evaluate.ts';
import type { Caller } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import type { Row } from '../../warehouse/contract.ts';
import type { ListRow, OfPatient, PatientGap, Patients } from './answers.ts';
import type { PopulationParts } from './contract.ts';
import { factsOfRows, factViews } from './facts-of-rows.ts';
import { usedConcepts } from './gaps-sql.ts';
import { reasonOf } from './population.ts';

/** Of one type and patient; more is said. */
const resourcesMost = 1_000;
/** Of one practitioner; the list says when there are more. */
export const patientsMost = 200;
const together = 10;

type Query = readonly (readonly [string, string])[];
interface Read {
  person: PersonFacts;
  patient: Row;
  /** What could not be read whole. */
  cut: string[];
}

export type InRecord = ReturnType<typeof openInRecord>;

export function openInRecord({ record, knowledge, views, timeZone, now }: Omit<PopulationParts, 'tables' | 'areas'>) {
  const dayOf = localDay(timeZone);
  const today = (): string => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(now());
  const viewsOf = (type: string) =>
    views.filter(({ view }) => view.resource === type && (factViews.includes(view.name) || view.name === 'patients'));

  async function searched(caller: Caller, type: ResourceType, query: Query): Promise<Result<{ resources: unknown[]; more: boolean }>> {
    const parsed = parseQuery(
      type,
      query.map(([name, value]): [string, string] => [name, value]),
    );
    if (!parsed.ok) return parsed;
    const page = await record.search(caller, parsed.value);
    if (!page.ok) return page;
    const resources: unknown[] = [];
    for (const { body } of page.value.matches) {
      const read = await readJson(body);
      if (read.ok) resources.push(read.value);
    }
    return ok({ resources, more: page.value.next !== undefined });
  }

  /** What the registries need to know of a patient. */
  async function factsOf(caller: Caller, id: string, concepts: readonly Concept[]): Promise<Result<Read | undefined>> {
    const found = await searched(caller, 'Patient', [['_id', id]]);
    if (!found.ok) return found;
    const [resource] = found.value.resources;
    if (resource === undefined) return ok(undefined);
    const patient = viewsOf('Patient').flatMap((view) => view.rows(resource as Row))[0];
    if (patient === undefined) return ok(undefined);
    const facts: Fact[] = [];
    const cut: string[] = [];
    const rest = slices();
    for (const [type, query] of questionsOf(id, concepts)) {
      const page = await searched(caller, type, query);
      if (!page.ok) return page;
      if (page.value.more) cut.push(type);
      for (const each of page.value.resources)
        for (const view of viewsOf(type)) facts.push(...factsOfRows(view.view.name, view.rows(each as Row), dayOf));
      const pause = rest();
      if (pause !== undefined) await pause;
    }
    const [born, sex, diedAt] = [patient['birth_date'], patient['gender'], patient['deceased_at']];
    const died = typeof diedAt === 'string' ? dayOf(diedAt) : patient['deceased'] === true ? '0001-01-01' : null;
    return ok({
      patient,
      person: {
        born: typeof born === 'string' ? (dayOf(born) ?? null) : null,
        sex: typeof sex === 'string' ? sex : null,
        died: patient['active'] === false ? '0001-01-01' : died,
        facts,
      },
      cut,
    });
  }

  /** All registries that the patient belongs to, or may. */
  async function ofPatient(caller: Caller, id: string): Promise<Result<OfPatient>> {
    const read = await factsOf(caller, id, knowledge.concepts);
    if (!read.ok) return read;
    if (read.value === undefined) return fail('not-found', `There is no Patient/${id}`, 'patient');
    const { person, cut } = read.value;
    const day = today();
    const shown = (registry: Registry): OfPatient['registries'] => {
      const { member, gaps } = evaluateRegistry(registry, knowledge.concepts, person, day);
      if (member === 'no') return [];
      const { name, title, version, status } = registry;
      return [{ name, title, version, status, member, gaps: gaps.map((result) => shownGap(registry, result)) }];
    };
    return ok({ patient: id, today: day, cut, registries: knowledge.registries.flatMap(shown) });
  }

  /** Patients whose general practitioner this is, and those that they saw in a clinic within two years. */
  async function patientsOf(caller: Caller, practitioner: string): Promise<Result<{ ids: string[]; more: boolean }>> {
    const own = await searched(caller, 'Patient', [
      ['general-practitioner', `Practitioner/${practitioner}`],
      ['_count', String(patientsMost)],
    ]);
    if (!own.ok) return own;
    const visits = await searched(caller, 'Encounter', [
      ['participant', `Practitioner/${practitioner}`],
      ['class', 'AMB'],
      ['date', `ge${addMonths(today(), -24)}`],
      ['_sort', '-date'],
      ['_count', String(resourcesMost)],
    ]);
    if (!visits.ok) return visits;
    const ids = new Set<string>();
    for (const each of own.value.resources) ids.add(String((each as { id?: unknown }).id));
    for (const each of visits.value.resources) {
      const reference = (each as { subject?: { reference?: unknown } }).subject?.reference;
      const id = typeof reference === 'string' ? /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(reference)?.[1] : undefined;
      if (id !== undefined) ids.add(id);
    }
    return ok({ ids: [...ids].slice(0, patientsMost), more: ids.size > patientsMost || own.value.more || visits.value.more });
  }

  /** The list of one gap of a practitioner's patients, open ones first. */
  async function ofPractitioner(
    caller: Caller,
    registry: Registry,
    gap: Gap,
    practitioner: string,
    outcome: string,
  ): Promise<Result<Patients>> {
    const own = await patientsOf(caller, practitioner);
    if (!own.ok) return own;
    const concepts = usedConcepts([{ ...registry, gaps: [gap] }], knowledge.concepts);
    const rows: ListRow[] = [];
    for (let from = 0; from < own.value.ids.length; from += together) {
      const found = await Promise.all(own.value.ids.slice(from, from + together).map((id) => factsOf(caller, id, concepts)));
      for (const [i, read] of found.entries()) {
        if (!read.ok) return read;
        if (read.value === undefined) continue;
        const { patient, person } = read.value;
        const result = evaluateRegistry({ ...registry, gaps: [gap] }, concepts, person, today()).gaps[0];
        if (result === undefined || (outcome !== '' && result.outcome !== outcome)) continue;
        const text = (name: string): string => (typeof patient[name] === 'string' ? (patient[name] as string) : '');
        rows.push({
          patient: own.value.ids[from + i] ?? '',
          mrn: text('mrn'),
          name: [text('family').toLocaleUpperCase(), text('given')].filter((part) => part !== '').join(', '),
          born: text('birth_date'),
          phone: text('phone'),
          clinic: '',
          practitioner,
          ...result,
          reason: reasonOf(gap, result.reason),
        });
      }
    }
    const order: Record<Outcome, number> = { gap: 0, unknown: 1, met: 2, excluded: 3 };
    rows.sort((a, b) => order[a.outcome] - order[b.outcome] || ((a.due ?? '') < (b.due ?? '') ? -1 : 1));
    return ok({ gap, today: today(), from: 'record', rows, more: own.value.more });
  }

  return { ofPatient, ofPractitioner };
}

function shownGap(registry: Registry, result: GapResult): PatientGap {
  const gap = registry.gaps.find(({ id }) => id === result.gap)!;
  const { agency, year, title, section } = gap.source;
  return {
    ...result,
    reason: reasonOf(gap, result.reason),
    title: gap.title,
    action: gap.action,
    source: `${agency} ${year}, ${title}, ${section}`,
  };
}

/** Searches that bring every fact of these concepts: by code where there may be thousands, otherwise all of the type. */
function questionsOf(id: string, concepts: readonly Concept[]): [ResourceType, Query][] {
  const kinds = new Set(concepts.flatMap(({ of }) => of.map(({ kind }) => kind)));
  const patient = ['patient', `Patient/${id}`] as const;
  const count = ['_count', String(resourcesMost)] as const;
  const all: [Parameters<typeof kinds.has>[0], ResourceType][] = [
    ['condition', 'Condition'],
    ['medication', 'MedicationRequest'],
    ['report', 'DiagnosticReport'],
    ['procedure', 'Procedure'],
    ['immunization', 'Immunization'],
    ['allergy', 'AllergyIntolerance'],
  ];
  const questions = all.filter(([kind]) => kinds.has(kind)).map(([, type]): [ResourceType, Query] => [type, [patient, count]]);
  const codes = concepts.flatMap(({ of }) => of.flatMap(({ kind, codes: own = [] }) => (kind === 'observation' ? own : [])));
  // Pressure hangs in its panel: searched by the code of the part.
  for (const name of ['code', 'component-code'] as const)
    if (codes.length > 0)
      questions.push([
        'Observation',
        [patient, [name, codes.map((code) => `${systemsOf.observation[0]}|${code}`).join(',')], ['_sort', '-date'], count],
      ]);
  if (kinds.has('visit')) questions.push(['Encounter', [patient, ['_sort', '-date'], count]]);
  return questions;
}
