// Counts while a hospital is loaded: what comes in between looking words up and counting is counted with its meaning.
import { expect, test } from 'vitest';
import { loadSurveillanceKnowledge } from '../../app/surveillance-knowledge.ts';
import { ok } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import type { Answer, AnswerCell, Tables } from '../../warehouse/contract.ts';
import type { SurveillanceParts } from './contract.ts';
import { Counts, noFilters, seriesKey } from './counts.ts';
import { codesSql, complaintsSql, countsSql } from './sql.ts';

const loaded = loadSurveillanceKnowledge(['knowledge']);
if (!loaded.ok) throw new Error(loaded.problem.message);
const knowledge = loaded.value;
const day = '2026-03-01';
const caller = { person: { id: 'a', name: 'Mira', role: 'analyst' }, purpose: 'TREAT', from: 'test', request: 'r' } as Caller;
const question = { class: 'EMER', from: day, to: day, filters: noFilters } as const;
const answer = (names: string[], rows: AnswerCell[][]): Answer => ({
  columns: names.map((name) => ({ name, type: 'VARCHAR' })),
  rows,
  cut: false,
});

/** Tables with visits by their complaints: more come in each time that the words were looked up, so long as there are any. */
function tablesOf(complaints: string[], coming: string[][]) {
  let position = 1n;
  const asked: string[] = [];
  const tables: Pick<Tables, 'ask' | 'freshness'> = {
    freshness: async () => ({ position, head: position }),
    ask: async (_caller, sql, options) => {
      asked.push(options?.summary ?? '');
      if (sql === complaintsSql)
        return ok(
          answer(
            ['complaint', 'n'],
            [...new Set(complaints)].map((text) => [text, 1]),
          ),
        );
      if (sql === codesSql) {
        const next = coming.shift();
        if (next !== undefined) {
          complaints.push(...next);
          position++;
        }
        return ok(answer(['code'], []));
      }
      expect(sql).toBe(countsSql);
      // As the SQL counts: visits, and those whose words were told to mean something.
      const [texts, names] = ['texts', 'textNames'].map((name) => JSON.parse(String(options?.parameters?.[name])) as string[]);
      const rows = complaints.flatMap((text): AnswerCell[][] => [
        [day, '', 'all', '', 1],
        ...texts!.flatMap((one, i) => (one === text ? [[day, names![i]!, 'all', '', 1]] : [])),
      ]);
      return ok(answer(['day', 'syndrome', 'facet', 'value', 'n'], rows));
    },
  };
  return { tables, asked };
}

async function counted(tables: Pick<Tables, 'ask' | 'freshness'>): Promise<[visits: number | undefined, cases: number | undefined]> {
  const parts = { tables, knowledge, timeZone: 'UTC', now: () => new Date(`${day}T12:00:00Z`) } as SurveillanceParts;
  const cube = await new Counts(parts).cube(caller, question);
  if (!cube.ok) throw new Error(cube.problem.message);
  const of = (syndrome: string): number | undefined => cube.value.series.get(seriesKey(syndrome, 'all', ''))?.[0];
  return [of(''), of('gastrointestinal')];
}

test('visits that came in while words were looked up are cases, too', async () => {
  const { tables, asked } = tablesOf(['vomiting'], [['diarrhea and vomiting', 'vomiting blood x2 and diarrhea']]);
  expect(await counted(tables)).toEqual([3, 3]);
  expect(asked.filter((name) => name === 'surveillance-counts')).toHaveLength(2);
});

test('where nothing came in they are counted once, and where it never ends twice', async () => {
  const still = tablesOf(['vomiting', 'sprained ankle'], []);
  expect(await counted(still.tables)).toEqual([2, 1]);
  expect(still.asked).toHaveLength(3);
  const { tables, asked } = tablesOf(['vomiting'], Array(9).fill(['sprained ankle']));
  expect(await counted(tables)).toEqual([3, 1]);
  expect(asked.filter((name) => name === 'surveillance-counts')).toHaveLength(2);
});
