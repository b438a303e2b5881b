// The audit trail at /audit: its cells, and what its pages must hold for an officer of one organisation, held against what an
// administrator reads there. docs/decisions/0006-audit-trail-reading.md
import type { Answer, Caller, Json } from '../calls.ts';
import { all, type Planted } from './canaries.ts';
import { leaked } from './leaks.ts';
import { type Cell, maySee } from './matrix.ts';
import { absentOf } from './reads.ts';
import { type Asker, sees, within } from './roles.ts';

export const mayRead = ({ role }: Asker): boolean => role === 'administrator' || role === 'records-officer';
const isTheirs = (one: Asker) => (patient: string) => within(one, 'Patient', [patient]);

export const rowsOf = ({ json }: Answer): Json[] => Object.values(json?.['rows'] ?? []);
export const patientsOf = (row: Json): string[] => Object.values(row['patients'] ?? []).map(String);

const questions = [
  '', 'patient=own', 'patient=Patient/other', 'patient=far', 'patient=stray', 'patient=nobody-at-all', 'account=clinician', 'account=nobody',
  'action=seen&outcome=refused', 'action=changed', 'action=audit', 'count=1', 'since=2024-01-01',
]; // biome-ignore format: a list
const wrong = ['cursor=x', 'bogus=1', 'patient=a/b', 'count=0', 'since=never', 'since=2026-02&until=2026-01'];

export function* trailCells(one: Asker): Generator<Cell> {
  const open = mayRead(one);
  let refusal: string | undefined;
  /** Who may not learns nothing by asking otherwise. */
  const same = ({ text }: Answer): string | undefined => {
    refusal ??= text;
    return text === refusal ? undefined : `refused in other words: ${text}`;
  };
  for (const query of [...questions, ...wrong]) {
    const status = !open ? 403 : wrong.includes(query) ? 400 : 200;
    yield {
      route: 'GET /audit',
      asker: one,
      method: 'GET',
      path: query === '' ? '/audit' : `/audit?${query}`,
      status,
      ...(status === 400 ? {} : { audit: { action: 'audit', outcome: status, ...(open && query !== '' ? { query } : {}) } }),
      check: !open ? same : status === 200 ? (answer) => strangersIn(one, answer) : undefined,
    };
  }
  if (!open || one.organisations === undefined) return;
  for (const id of ['far', 'stray'].filter((name) => !isTheirs(one)(name))) {
    const read = { route: 'GET /audit', asker: one, method: 'GET', path: `/audit?patient=${id}`, status: 200 };
    yield { ...read, sameAs: { id, absent: absentOf(id) } };
    yield { ...read, check: (answer) => (rowsOf(answer).length === 0 ? undefined : 'rows about a patient of others') };
  }
}

/** What a page says to somebody bound to organisations of whom is not theirs, and what somebody typed. */
function strangersIn(one: Asker, answer: Answer): string | undefined {
  if (one.organisations === undefined) return undefined;
  for (const row of rowsOf(answer)) {
    const concerned = patientsOf(row);
    if (concerned.length === 0 || !concerned.every(isTheirs(one))) return `a row that is not theirs: ${JSON.stringify(row)}`;
    if (row['query'] !== undefined && String(row['who']) !== one.name) return `what another asked: ${JSON.stringify(row)}`;
    if (/^Patient\/(far|stray)$/.test(String(row['resource']))) return `who is not theirs: ${JSON.stringify(row)}`;
  }
  return undefined;
}

/** Without the id where it stands in no chart of theirs. */
function nameFor(one: Asker, resource: string, byName: ReadonlyMap<string, Planted>): string {
  const planted = byName.get(resource);
  if (planted === undefined) return resource;
  return planted.versions.some((version) => sees(one, planted.type, version)) ? resource : planted.type;
}

interface Walked {
  rows: Json[];
  answers: Answer[];
}

/** All pages behind this one. */
async function pages(call: Caller, query: string, token: string): Promise<Walked> {
  const walked: Walked = { rows: [], answers: [] };
  for (let cursor = ''; ; ) {
    const answer = await call('GET', `/audit?${query}${cursor}`, { token });
    walked.answers.push(answer);
    walked.rows.push(...rowsOf(answer));
    const next = answer.json?.['next'];
    if (next === undefined) return walked;
    cursor = `&cursor=${String(next)}`;
  }
}

/** Reads the trail as both, as far as the filters let them; answers with what is wrong and with the rows of each. */
export async function compareTrails(call: Caller, tokens: ReadonlyMap<string, string>, officer: Asker, filters: string) {
  const query = `${filters}&count=1000`;
  const whole = await pages(call, query, tokens.get('administrator')!);
  const part = await pages(call, query, tokens.get(officer.name)!);
  const wrongs = part.answers.flatMap((answer) => strangersIn(officer, answer) ?? []);
  wrongs.push(...leaked(part.answers.map(({ text }) => text).join('\n'), '', maySee(officer)).map((word) => `LEAK of ${word}`));
  const byName = new Map(all().map((one) => [`${one.type}/${one.id}`, one]));
  const theirs = whole.rows.flatMap((row) => {
    const known = patientsOf(row).filter(isTheirs(officer));
    if (known.length === 0) return [];
    const { query: words, resource, ...rest } = row;
    const own = String(row['who']) === officer.name && words !== undefined;
    const what = resource === undefined ? {} : { resource: nameFor(officer, String(resource), byName) };
    return [{ ...rest, ...what, patients: known, ...(own ? { query: words } : {}) }];
  });
  const text = (row: object): string => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
  const [expected, found] = [theirs.map(text), part.rows.map(text)];
  const differs = expected.findIndex((row, i) => row !== found[i]);
  if (differs >= 0 || expected.length !== found.length)
    wrongs.push(`${found.length} rows in place of ${expected.length}, the first that differs: ${found[differs]} and ${expected[differs]}`);
  return { wrong: wrongs.slice(0, 10), whole: whole.rows, rows: part.rows, first: whole.answers[0]! };
}
