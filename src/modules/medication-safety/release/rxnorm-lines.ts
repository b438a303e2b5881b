// RxNorm's RRF lines to what the load needs of them (https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html): concepts of RxNorm's
// own in use, and how drugs, components, ingredients and brands hang together. Of the millions of lines of other sources nothing is kept.
import type { Account, ReleaseLines } from './contract.ts';

export const kept = ['IN', 'PIN', 'MIN', 'BN', 'SCD', 'SBD', 'SCDC'] as const;
export type TermType = (typeof kept)[number];

export interface Concepts {
  /** RxCUI → its term type and name. */
  concepts: Map<string, { type: TermType; text: string }>;
  /** Other words for ingredients and brands. */
  synonyms: Map<string, string[]>;
  /** `tradename_of 123` → what concept 123 is related to: read from RXCUI2 to RXCUI1. */
  relations: Map<string, string[]>;
  /** RxCUI of a drug → VA classes, `[BL110] ANTICOAGULANTS`. */
  vaClasses: Map<string, Set<string>>;
}

const conceptsMost = 1_000_000;
const relationsMost = 4_000_000;
const isKept = (type: string): type is TermType => kept.some((each) => each === type);
const synonymTypes = new Set(['SY', 'TMSY', 'ET']);
const relationsKept = new Set([
  'has_ingredient',
  'has_ingredients',
  'has_precise_ingredient',
  'consists_of',
  'tradename_of',
  'form_of',
  'has_part',
]);
const isRxcui = (text: string | undefined): text is string => text !== undefined && /^\d{1,10}$/.test(text);

export async function readConcepts(
  files: { conso: ReleaseLines; rel: ReleaseLines; sat?: ReleaseLines },
  account: Account,
): Promise<Concepts | string> {
  const read: Concepts = { concepts: new Map(), synonyms: new Map(), relations: new Map(), vaClasses: new Map() };
  await each(files.conso, 18, account, (fields) => {
    const [code, language, source, type = '', text = '', suppress] = [fields[0], fields[1], fields[11], fields[12], fields[14], fields[16]];
    if (source !== 'RXNORM' || language !== 'ENG' || suppress !== 'N') return undefined;
    if (!isRxcui(code)) return 'RXCUI is no number';
    if (isKept(type) && text !== '') read.concepts.set(code, { type, text });
    else if (synonymTypes.has(type) && text !== '' && text.length <= 100) push(read.synonyms, code, text);
    return undefined;
  });
  if (read.concepts.size === 0) return `${files.conso.name} has no concept of RxNorm: is it RXNCONSO.RRF?`;
  if (read.concepts.size > conceptsMost) return `${files.conso.name} has more than ${conceptsMost} concepts: is it RxNorm?`;
  let count = 0;
  await each(files.rel, 16, account, (fields) => {
    const [object, subject, relation = '', source] = [fields[0], fields[4], fields[7], fields[10]];
    if (source !== 'RXNORM' || !relationsKept.has(relation) || object === '' || subject === '') return undefined;
    if (!isRxcui(object) || !isRxcui(subject)) return 'RXCUI1 and RXCUI2 are numbers';
    if (read.concepts.has(object) && read.concepts.has(subject) && ++count <= relationsMost)
      push(read.relations, `${relation} ${subject}`, object);
    return undefined;
  });
  if (count === 0) return `${files.rel.name} relates none of the concepts: is it RXNREL.RRF of the same release?`;
  if (count > relationsMost) return `${files.rel.name} has more than ${relationsMost} relations: is it RxNorm?`;
  if (files.sat !== undefined)
    await each(files.sat, 13, account, (fields) => {
      const [code, name, source, value = '', suppress = ''] = [fields[0], fields[8], fields[9], fields[10], fields[11]];
      if (source !== 'VANDF' || name !== 'VA_CLASS_NAME' || !isRxcui(code)) return undefined;
      // O: out of use, Y and E: suppressed by the source or by an editor.
      if (suppress !== '' && suppress !== 'N') return undefined;
      if (!/^\[[A-Z]{2}\d{3}\] *\S.{0,118}$/.test(value)) return 'a class of the VA is written as [BL110] ANTICOAGULANTS';
      const held = read.vaClasses.get(code);
      if (held === undefined) read.vaClasses.set(code, new Set([value]));
      else held.add(value);
      return undefined;
    });
  return read;
}

async function each(file: ReleaseLines, count: number, account: Account, take: (fields: string[]) => string | undefined): Promise<void> {
  for await (const { first, lines } of file.read()) {
    for (const [i, line] of lines.entries()) {
      if (line === '') continue;
      const fields = line.split('|');
      const why =
        fields.length === count + 1 && fields[count] === ''
          ? take(fields)
          : `a line has ${count} fields, each ended by "|", not ${fields.length - 1}`;
      if (why !== undefined) account.reject(file.name, first + i, why);
    }
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const held = map.get(key);
  if (held === undefined) map.set(key, [value]);
  else if (!held.includes(value)) held.push(value);
}
