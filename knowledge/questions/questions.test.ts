// Every question that comes along can be read and runs on tables of the views that come along; every dashboard names questions that
// there are, with columns that they give.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChartWish } from '../../src/gateways/questions/contract.ts';
import { readDashboard } from '../../src/gateways/questions/dashboard-file.ts';
import { readQuestion } from '../../src/gateways/questions/question-file.ts';
import { valuesOf } from '../../src/gateways/questions/values.ts';
import { loadDerived } from '../../src/warehouse/derived/load.ts';
import { journals } from '../../src/warehouse/journal/journals.ts';
import { ask } from '../../src/warehouse/query/ask.ts';
import { seenBy } from '../../src/warehouse/query/tables.ts';
import { defaultKeeper, Keeper } from '../../src/warehouse/store/keeper.ts';
import { emptyManifest, type Manifest, readManifest } from '../../src/warehouse/store/manifest.ts';
import { loadViews } from '../../src/warehouse/view/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'lamplight-questions-'));
const loaded = loadViews(['knowledge/views']);
if (!loaded.ok) throw new Error(loaded.problem.message);
const views = loaded.value;
const tables = loadDerived(['knowledge/views'], views);
if (!tables.ok) throw new Error(tables.problem.message);
const derived = tables.value;
let manifest: Manifest;

const files = (of: string, extension: string): { name: string; text: string }[] =>
  readdirSync(`knowledge/${of}`)
    .filter((file) => file.endsWith(extension))
    .map((file) => ({ name: file.slice(0, -extension.length), text: readFileSync(`knowledge/${of}/${file}`, 'utf8') }));
const given = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const questions = files('questions', '.sql').map(({ name, text }) => given(readQuestion(name, text)));
const dashboards = files('dashboards', '.json').map(({ name, text }) => given(readDashboard(name, text)));
const columns = new Map<string, string[]>();

beforeAll(async () => {
  const keeper = await Keeper.open(defaultKeeper(folder), views);
  await keeper.flush();
  keeper.close();
  manifest = readManifest(folder)!;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wanted = ({ x, y, series }: ChartWish): string[] => [x, y, series].filter((one) => one !== undefined);

describe('a question that comes along', () => {
  it.each(questions)('$name runs, with columns for its chart and its drill', async (question) => {
    const ofRecord = seenBy({ id: 'x', name: 'x', role: 'administrator' }, 'HSYSADMIN', views).seen;
    const ofJournals = journals.map(({ table }) => ({ view: table, scoped: false, of: { manifest: emptyManifest(''), folder } }));
    const seen = [...ofRecord, ...ofJournals];
    const parameters = given(valuesOf(question.parameters, {}, '2026-03-01'));
    const answer = given(await ask(question.sql, { folder, manifest, seen, derived, detail: question.detail, parameters }));
    const names = answer.columns.map(({ name }) => name);
    columns.set(question.name, names);
    if (question.chart !== undefined) expect(names).toEqual(expect.arrayContaining(wanted(question.chart)));
    if (question.drill !== undefined) {
      const target = questions.find(({ name }) => name === question.drill?.question);
      expect(target?.parameters.map(({ name }) => name)).toEqual(
        expect.arrayContaining(question.drill.from.map(({ parameter }) => parameter)),
      );
      expect(names).toEqual(expect.arrayContaining(question.drill.from.map(({ column }) => column)));
    }
  });

  it.each(questions.filter(({ summary }) => summary))('$name is open to all who may search, and gives no ids of patients', ({ name }) => {
    expect(columns.get(name)?.filter((column) => /(^|_)(id|mrn|family|given)$/.test(column))).toEqual([]);
  });
});

it('asks a journal only where it says who that is for: nobody sees it who may only search', () => {
  const asking = questions.filter(({ journals: named }) => named.length > 0);
  expect(asking.map(({ name, summary }) => [name, summary])).toEqual(asking.map(({ name }) => [name, false]));
  expect(asking.map(({ name }) => name)).toEqual(expect.arrayContaining(['charts-opened', 'messages-by-channel']));
});

describe('a dashboard that comes along', () => {
  it.each(dashboards)('$name names questions that there are', ({ tiles }) => {
    for (const tile of tiles) {
      expect(columns.has(tile.question), tile.question).toBe(true);
      if (tile.chart !== undefined) expect(columns.get(tile.question)).toEqual(expect.arrayContaining(wanted(tile.chart)));
    }
  });

  it('is one of a dozen', () => expect(dashboards.length).toBeGreaterThanOrEqual(12));
});
