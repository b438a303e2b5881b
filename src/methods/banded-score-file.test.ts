import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBandedScore } from './banded-score-file.ts';

type Node = { [key: string]: Node } & { [index: number]: Node };

/** NEWS2 with one thing changed; answers every message of the refusal, or 'sound'. */
function changed(change: (score: Node) => void): string[] {
  const score = JSON.parse(readFileSync(new URL('../../knowledge/deterioration/news2.json', import.meta.url), 'utf8'));
  change(score);
  const result = readBandedScore(score);
  if (result.ok) return ['sound'];
  return [result.problem, ...(result.problem.also ?? [])].map((problem) => `${problem.where}: ${problem.message}`);
}

const put = (node: Node | undefined, key: string, value: unknown) => Object.assign(node ?? {}, { [key]: value });
const bands = (score: Node, input: number, scale = 0) => score['inputs']?.[input]?.['scales']?.[scale]?.['bands'];
const temperature = 7;

const refusals: [what: string, change: (score: Node) => void, message: RegExp][] = [
  ['no version', (s) => delete s['version'], /^version: A score states its version/],
  ['no source', (s) => put(s, 'source', ' '), /^source: A score states its source/],
  ['an odd status', (s) => put(s, 'status', 'live'), /^status: status is draft, active or retired/],
  ['no code', (s) => delete s['code'], /^code: A code needs system and code/],
  ['no word on whom it is not for', (s) => delete s['population'], /^population.limits: Say in words/],
  ['a gap', (s) => put(bands(s, temperature)?.[2], 'from', 36.2), /gap between 36 and 36.2/],
  ['an overlap', (s) => put(bands(s, temperature)?.[2], 'from', 36.0), /overlap: one ends at 36, the next begins at 36/],
  ['bands in the wrong order', (s) => put(bands(s, 0)?.[1], 'to', 5), /from 9 is above to 5/],
  ['an edge finer than the instrument', (s) => put(bands(s, temperature)?.[0], 'to', 35.05), /35.05 is finer than the precision 0.1/],
  ['nothing below the lowest band', (s) => put(bands(s, 0)?.[0], 'from', 4), /first band must be open below/],
  ['nothing above the highest band', (s) => put(bands(s, 0)?.[4], 'to', 60), /last band must be open above/],
  ['points that are no count', (s) => put(bands(s, 0)?.[0], 'points', 1.5), /points is a whole number/],
  ['a scale that can never be chosen', (s) => delete s['inputs']?.[1]?.['scales']?.[0]?.['when'], /hides those after it/],
  [
    'no scale without a condition',
    (s) => put(s['inputs']?.[1]?.['scales']?.[2], 'when', { oxygen: 'air' }),
    /last scale must hold without/,
  ],
  [
    'a condition on nothing',
    (s) => put(s['inputs']?.[1]?.['scales']?.[0]?.['when'], 'oxygen', 'helium'),
    /no choice input oxygen with the value 'helium'/,
  ],
  ['two inputs of one name', (s) => put(s['inputs']?.[5], 'name', 'systolic'), /name systolic is given twice/],
  ['one code for two inputs', (s) => put(s['inputs']?.[5]?.['sources']?.[0], 'code', '9279-1'), /already a source of respirations/],
  ['no staleness', (s) => delete s['inputs']?.[0]?.['staleAfterHours'], /after how many hours/],
  ['staleness beyond the look back', (s) => put(s, 'lookBackHours', 6), /temperature.staleAfterHours: Readings are looked for 6 h back/],
  ['a guessed measurement', (s) => put(s['inputs']?.[3], 'otherwise', 'air'), /A measurement that is missing is missing/],
  ['a default without a reason', (s) => delete s['inputs']?.[2]?.['why'], /Say why this default is right/],
  ['a word with two meanings', (s) => put(s['inputs']?.[6]?.['choices']?.[1], 'words', ['alert']), /'alert' stands for two choices/],
  ['a total without a level', (s) => put(s['levels']?.[0], 'from', 8), /expected one from 7, found from 8/],
  ['a highest level with an end', (s) => put(s['levels']?.[0], 'to', 20), /highest level must be open above/],
  ['a level that says nothing to do', (s) => delete s['levels']?.[3]?.['response'], /needs response/],
];

describe('reading a banded score', () => {
  it('takes NEWS2', () => {
    expect(changed(() => {})).toEqual(['sound']);
  });

  it.each(refusals)('refuses %s', (_, change, message) => {
    expect(changed(change).some((finding) => message.test(finding))).toBe(true);
  });

  it('tells every finding at once', () => {
    const findings = changed((score) => {
      delete score['version'];
      delete score['source'];
    });
    expect(findings).toHaveLength(2);
  });

  it.each([null, 7, [], 'text', {}, { kind: 'banded-score' }, { kind: 'banded-score', inputs: [null, 1], levels: {} }])(
    'refuses %j',
    (json) => {
      expect(readBandedScore(json).ok).toBe(false);
    },
  );
});
