// One seed of the fuzz: a made-up transaction, broken at random, read, answered, translated and restored. Everything that must hold for any
// input whatever is checked; nothing may throw.
import type { TranslationContext } from '../contract.ts';
import { acknowledge999, acknowledgeInterchange, interchangesOf } from './acknowledge.ts';
import { formPath } from './form.ts';
import { x12 } from './format.ts';
import { leavesOf } from './leaves.ts';
import { samples } from './samples.ts';
import type { Wish } from './speak.ts';

const context: TranslationContext = { sender: 'fuzz', receivedAt: new Date(0), timeZone: 'America/Chicago' };
const wish: Wish = {
  kind: '999',
  sender: { qualifier: 'ZZ', id: 'HERE' },
  receiver: { qualifier: 'ZZ', id: 'THERE' },
  interchangeControl: 1,
  groupControl: 1,
  transactionControl: '0001',
  at: new Date(0),
  timeZone: 'UTC',
};

/** What did not hold for this seed, each in a sentence; empty where all is well. Throws only where something under test does. */
export function fuzz(seed: number): string[] {
  return findingsOf(mutated(seed));
}

/** The same for given bytes. */
export function findingsOf(bytes: Uint8Array): string[] {
  const findings: string[] = [];
  const document = x12.read(bytes);
  if (!Buffer.from(x12.write(document)).equals(bytes)) findings.push('writing does not give the bytes that were read');
  for (const interchange of interchangesOf(document)) {
    acknowledgeInterchange(interchange, wish);
    if (interchange.groups.length > 0 && !acknowledge999(interchange, wish).ok) findings.push('a 999 could not be written');
  }
  const said = x12.toFhir(document, context);
  const leaves = leavesOf(document).leaves;
  const paths = new Set(said.ledger.map(({ path }) => path));
  if (said.ledger.length !== leaves.length + 1 || paths.size !== said.ledger.length)
    findings.push('the ledger has not one row for each leaf');
  if (said.notes.some(({ message, where }) => message.startsWith('What is said here does not make') && where !== 'Organization'))
    findings.push(`a resource is not valid: ${said.notes.map(({ where }) => where).join(', ')}`);
  const refs = new Set(said.resources.map(({ resource }) => `${resource.resourceType}/${resource.id ?? ''}`));
  const dangling = said.resources.flatMap(({ resource }) =>
    [...JSON.stringify(resource).matchAll(/"reference":"([^"]+)"/g)].flatMap(([, ref]) => (refs.has(ref!) ? [] : [ref!])),
  );
  if (dangling.length > 0) findings.push(`references lead nowhere: ${dangling.join(', ')}`);
  if (said.ledger.some((row) => row.state === 'mapped' && row.elements.length === 0)) findings.push('a leaf is mapped to nothing');
  const again = x12.restore(
    said.resources.map(({ resource }) => resource),
    said.ledger,
    context,
  );
  if (!again.ok) findings.push(`the file cannot be restored at ${again.problem.where === formPath ? formPath : 'an element'}`);
  else if (!Buffer.from(x12.write(again.value)).equals(bytes)) findings.push('restoring unchanged resources gives other bytes');
  return findings;
}

/** Numbers from a seed (a linear congruential generator; nothing here needs better). */
export function numbers(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const oddities = [
  '~',
  '*',
  ':',
  '^',
  '\n',
  '\r\n',
  ' ',
  '\u0000',
  '\u0085',
  'é',
  '😀',
  'ISA',
  '~ST*837*1~',
  '~SE*1*1~',
  '~HL*1**20*1~',
  '~IEA*1*1~',
  '-',
  '.',
  'ZZ',
  '99999999999999999999',
  '00000000',
];

export function mutated(seed: number): Uint8Array {
  const next = numbers(seed);
  let text = samples[next(samples.length)]!.text;
  for (let times = 1 + next(6); times > 0; times--) text = mutations[next(mutations.length)]!(text, next);
  return next(10) === 0 ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf8');
}

const mutations: readonly ((text: string, next: (below: number) => number) => string)[] = [
  (text, next) => splice(text, next(text.length + 1), 0, oddities[next(oddities.length)]!),
  (text, next) => splice(text, next(text.length + 1), 1 + next(30), ''),
  (text, next) => splice(text, next(text.length + 1), 1, oddities[next(oddities.length)]!),
  (text, next) => text.slice(0, next(text.length + 1)),
  // A segment left out, doubled, or moved.
  (text, next) => onSegments(text, (all) => all.filter((_, index) => index !== next(all.length))),
  (text, next) => onSegments(text, (all) => all.flatMap((one, index) => (index === next(all.length) ? [one, one] : [one]))),
  (text, next) =>
    onSegments(text, (all) => {
      const [one] = all.splice(next(all.length), 1);
      all.splice(next(all.length + 1), 0, one ?? '');
      return all;
    }),
  // An element that says something else.
  (text, next) =>
    onSegments(text, (all) =>
      all.map((one) => (next(12) === 0 ? one.replace(/\*[^*]*/, () => `*${oddities[next(oddities.length)]!}`) : one)),
    ),
  // Segments of another transaction in the middle of this one.
  (text, next) => text + samples[next(samples.length)]!.text.slice(next(300)),
];

const splice = (text: string, at: number, remove: number, insert: string): string => text.slice(0, at) + insert + text.slice(at + remove);
const onSegments = (text: string, change: (segments: string[]) => string[]): string => change(text.split('~')).join('~');
