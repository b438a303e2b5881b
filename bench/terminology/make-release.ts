// A made release in the format RF2: a polyhierarchy with as many concepts as SNOMED CT has, and words that are as unevenly common as
// those of a language. Nothing in it means anything. Arguments: file, concepts.
import { writeFileSync } from 'node:fs';
import { type MadeConcept, makeRf2, zipOf } from '../../src/terminology/testing.ts';

const [file = '', count = '360000'] = process.argv.slice(2);

/** Mulberry32. */
let state = 20260101;
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const syllables =
  'ba be bi bo bu da de di do du fa fe ga ge ka ke ki la le li lo ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so ta te ti to va ve'.split(
    ' ',
  );
const words = Array.from({ length: 30_000 }, () =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * syllables.length)]).join(''),
);
/** The n-th word is about n times rarer than the first. */
const word = (): string => words[Math.floor(words.length ** random()) - 1] ?? 'ba';
const codeOf = (i: number): string => String(100_000_000 + i);

const concepts = Array.from({ length: Number(count) }, (_, i): MadeConcept => {
  const name = Array.from({ length: 3 + Math.floor(random() * 4) }, word).join(' ');
  const parents = new Set<number>();
  // Nine of ten lie below one of twenty chapters, and four of ten have a second parent.
  if (i > 20) parents.add(i < 200 ? 1 + (i % 20) : Math.floor(random() * i));
  else if (i > 0) parents.add(0);
  if (i > 200 && random() < 0.4) parents.add(Math.floor(random() * i));
  return {
    code: codeOf(i),
    terms: [`${name} (made thing)`, name, `${name} ${word()}`],
    parents: [...parents].map(codeOf),
    inactive: i > 200 && random() < 0.2,
  };
});
writeFileSync(file, zipOf(makeRf2(concepts)));
