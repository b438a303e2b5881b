// Patient/$everything (http://hl7.org/fhir/R4/patient-operation-everything.html): all that is in a patient's compartment, in one
// statement over the rows that are kept with the patient, and what these rows point to outside it (practitioners, organisations,
// places, medications), in a second. Bounded like every page; asks policy and is audited by the same statements.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { resourceTypes } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import { decide } from '../../policy/decide.ts';
import { isShared } from '../../policy/resource-classes.ts';
import { auditRow } from '../audit.ts';
import type { Caller, EverythingWish, Page, Stored } from '../contract.ts';
import { asFarAsItFits, pageBytes } from '../heavy.ts';
import { keyOfId, parameterKey, typeNumber } from '../keys.ts';
import { rowScope } from '../row-scope.ts';
import { show } from './audited.ts';
import { Compiler } from './compiler.ts';
import type { Runner } from './lanes.ts';
import { type HitRow, hitColumns, storedOf } from './search.ts';
import { shortHash } from './shapes.ts';

interface Row extends HitRow {
  pat: string;
}

const patientNumber = typeNumber('Patient');

/**
 * One page, in the order patient, then the Patient itself, then by type and key. Included are resources outside the compartment
 * that this page points to; a page that brings more than `mostIncluded` of them says so.
 */
export async function everything(runner: Runner, caller: Caller, wish: EverythingWish, mostIncluded: number): Promise<Result<Page>> {
  const may = resourceTypes.filter((type) => decide(caller.person, caller.purpose, 'search', type).allowed);
  const types = may.filter((type) => !isShared(type) && (wish.types === undefined || wish.types.includes(type)));
  const of = shortHash(JSON.stringify([wish.patient, wish.types, wish.since, wish.start, wish.end, caller.person.id]));
  const cursor = wish.cursor === undefined ? undefined : readCursor(wish.cursor, of);
  if (cursor?.ok === false) return cursor;
  const compiler = new Compiler(caller);
  const { parameters } = compiler;
  const conditions = whatIsThere(compiler, caller, wish, types);
  const keys = (r: string): string[] => [
    ...(wish.patient === undefined ? [`${r}.pat`] : []),
    `(${r}.type <> ${patientNumber})`,
    `${r}.type`,
    `${r}.id`,
  ];
  if (cursor !== undefined) {
    const { pat, type, id } = cursor.value;
    const at = [String(type !== patientNumber), parameters.add(type, 'int2'), parameters.add(id, 'uuid')];
    if (wish.patient === undefined) at.unshift(parameters.add(pat, 'uuid'));
    conditions.push(`(${keys('r').join(', ')}) > (${at.join(', ')})`);
  }
  const most = parameters.add(wish.count + 1, 'int8');
  const order = (r: string): string => keys(r).join(', ');
  const hits = `select ${hitColumns('r', most)} from resource r where ${conditions.join(' and ')} order by ${order('r')} limit ${most}`;
  const note = auditRow(caller, new Date(), 'search', {
    type: 'Patient',
    ...(wish.patient === undefined ? {} : { target: keyOfId(wish.patient) }),
    query: `$everything${wish.asked === '' ? '' : `?${wish.asked}`}`,
    outcome: 200,
  });
  const rows = await show<Row & Record<string, unknown>>(runner, {
    hits,
    values: parameters.values,
    order: order('hit'),
    note,
    prepared: true,
  });
  const shown = await asFarAsItFits(runner, rows.slice(0, wish.count));
  const page: Page = { matches: shown.map(storedOf), included: [] };
  const last = shown.at(-1);
  if (rows.length > shown.length && last !== undefined)
    page.next = Buffer.from(JSON.stringify([of, last['pat'], last.type, last.id])).toString('base64url');
  const wanted = (type: ResourceType): boolean => may.includes(type) && (wish.types === undefined || wish.types.includes(type));
  const more = await pointedTo(runner, caller, page.matches, wanted, mostIncluded);
  const unsure = wish.patient !== undefined && cursor === undefined && !isWhole(page, wish);
  return ok({ ...page, included: more.found, ...(more.cut ? { cut: true } : {}), ...(unsure ? { unsure } : {}) });
}

/** Whether the first page shows that there is such a Patient. */
const isWhole = ({ matches: [first] }: Page, { patient }: EverythingWish): boolean => first?.type === 'Patient' && first.id === patient;

function whatIsThere(compiler: Compiler, caller: Caller, wish: EverythingWish, types: readonly ResourceType[]): string[] {
  const { parameters } = compiler;
  const numbers = parameters.list(
    types.map((type) => BigInt(typeNumber(type))),
    'int2',
  );
  const decision = decide(caller.person, caller.purpose, 'search', 'Patient');
  const scope = decision.allowed ? rowScope(decision.scope, 'r', parameters) : 'false';
  const conditions = [`r.type = any(${numbers})`, 'not r.deleted', scope];
  if (wish.patient === undefined)
    conditions.push(
      `exists (select 1 from resource p where p.type = ${patientNumber} and p.id = r.pat and p.pat = r.pat and not p.deleted)`,
    );
  else {
    const pat = parameters.add(keyOfId(wish.patient), 'uuid');
    conditions.push(`(r.pat = ${pat} or r.also @> array[${pat}])`);
  }
  if (wish.since !== undefined) conditions.push(`r.at >= ${parameters.add(wish.since.toISOString(), 'timestamptz')}`);
  if (wish.start !== undefined || wish.end !== undefined) conditions.push(inTime(compiler, wish, types));
  return conditions;
}

// biome-ignore format: a list
/** Parameters that say when something happened to the patient, the telling one first (http://hl7.org/fhir/R4/searchparameter-registry.html, clinical-date). */
const careDates = [
  'date', 'effective-time', 'effective', 'period', 'occurrence', 'onset-date', 'recorded-date', 'whenhandedover', 'whenprepared', 'authoredon',
  'authored', 'authored-on', 'started', 'collected', 'sent', 'created', 'onset', 'start-date', 'identified', 'recorded', 'datewritten', 'execution-period',
];

/** "The date range relates to care dates, not record currency dates"; what has none is always of it. */
function inTime({ parameters }: Compiler, { start, end }: EverythingWish, types: readonly ResourceType[]): string {
  const keys = types.flatMap((type) => {
    const known = parametersOf(type);
    const code = careDates.find((one) => known.get(one)?.type === 'date');
    return code === undefined ? [] : [parameterKey(known.get(code)!)];
  });
  const of = `select 1 from range_value v where v.id = r.id and v.pat = r.pat and v.parameter = any(${parameters.list(keys, 'int8')})`;
  const bounds = [
    ...(start === undefined ? [] : [`v.high > ${parameters.add(start, 'float8')}`]),
    ...(end === undefined ? [] : [`v.low < ${parameters.add(end, 'float8')}`]),
  ];
  return `(not exists (${of}) or exists (${of} and ${bounds.join(' and ')}))`;
}

function readCursor(text: string, of: string): Result<{ pat: string; type: number; id: string }> {
  const refuse = fail('invalid', 'This page link does not belong to this operation: start it again from its first page', '_cursor');
  try {
    const [from, pat, type, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    if (from !== of || typeof pat !== 'string' || typeof id !== 'string' || !uuid.test(pat) || !uuid.test(id)) return refuse;
    return typeof type === 'number' && Number.isInteger(type) && type > 0 && type <= resourceTypes.length ? ok({ pat, type, id }) : refuse;
  } catch {
    return refuse;
  }
}

/** A quotation mark inside a text of JSON is written with a backslash: this stands nowhere but in a Reference. */
const reference = /"reference":"([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^"]*)?"/g;
/** From a role to its practitioner, from a ward to its house. */
const mostRounds = 3;

/** What stands outside every compartment and is named by these. */
async function pointedTo(
  runner: Runner,
  caller: Caller,
  matches: readonly Stored[],
  wanted: (type: ResourceType) => boolean,
  most: number,
): Promise<{ found: Stored[]; cut: boolean }> {
  const shared = new Set<string>(resourceTypes.filter((type) => isShared(type) && wanted(type)));
  const seen = new Set<string>();
  const found: Stored[] = [];
  let weight = 0;
  let from: readonly Stored[] = matches;
  for (let round = 0; round < mostRounds; round++) {
    const asked: { type: ResourceType; id: string }[] = [];
    for (const { body } of from) {
      for (const [, type = '', id = ''] of body.matchAll(reference)) {
        const name = `${type}/${id}`;
        if (!shared.has(type) || seen.has(name)) continue;
        seen.add(name);
        asked.push({ type: type as ResourceType, id });
      }
    }
    if (asked.length === 0) return { found, cut: false };
    const arrived = await byNames(runner, caller, asked.slice(0, most - found.length));
    found.push(...arrived.found);
    weight += arrived.found.reduce((sum, { body }) => sum + body.length, 0);
    if (arrived.cut || weight > pageBytes || found.length >= most || asked.length > most) return { found, cut: true };
    from = arrived.found;
  }
  return { found, cut: false };
}

/** Shared types pass every scope; that they may be read at all was asked. */
async function byNames(
  runner: Runner,
  caller: Caller,
  asked: readonly { type: ResourceType; id: string }[],
): Promise<{ found: Stored[]; cut: boolean }> {
  const hits = `select ${hitColumns('r', '$3::int8')} from unnest($1::int2[], $2::uuid[]) as q(type, id) join resource r on r.type = q.type and r.id = q.id where not r.deleted`;
  const values = [
    `{${asked.map(({ type }) => typeNumber(type)).join(',')}}`,
    `{${asked.map(({ id }) => keyOfId(id)).join(',')}}`,
    String(asked.length),
  ];
  const note = auditRow(caller, new Date(), 'include', { type: 'Patient', outcome: 200 });
  const rows = await show<HitRow>(runner, { hits, values, order: 'hit.type, hit.id', note, prepared: true });
  const whole = await asFarAsItFits(runner, rows);
  return { found: whole.map(storedOf), cut: whole.length < rows.length };
}
