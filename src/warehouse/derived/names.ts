// Which tables a SELECT names, under which names, and which columns it takes from them: as far as its words tell, so that a mistake is
// found at the start, before DuckDB is loaded. What is only told by DuckDB (a name without its table) is found when the table is asked.
const word = /"((?:[^"]|"")*)"|'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|([A-Za-z_]\w*)|\s+|[\s\S]/gy;
/** No name of a table stands behind a table's name like this. */
const clauses = new Set(
  `on using where group order having limit qualify window union intersect except select
  join left right inner full cross semi anti asof natural positional lateral`.split(/\s+/),
);
/** FROM in their brackets is before no table. */
const withFrom = new Set(['extract', 'substring', 'trim', 'overlay']);

export interface Named {
  /** Small letters, with the schema where it is written. */
  tables: string[];
  /** `e.start`, where `e` is only ever one of these tables. */
  columns: { tables: string[]; column: string }[];
}

interface Word {
  value: string;
  /** A name, not a sign. */
  name: boolean;
  quoted: boolean;
}

function wordsOf(sql: string): Word[] {
  const words: Word[] = [];
  for (const [text, quoted, plain] of sql.matchAll(word)) {
    if (quoted !== undefined) words.push({ value: quoted.replaceAll('""', '"'), name: true, quoted: true });
    else if (plain !== undefined) words.push({ value: plain.toLowerCase(), name: true, quoted: false });
    else if (text.trim() !== '' && !text.startsWith('--') && !text.startsWith('/*'))
      words.push({ value: text, name: false, quoted: false });
  }
  return words;
}

export function namedIn(sql: string): Named {
  const words = wordsOf(sql);
  const value = (at: number): string => (words[at]?.quoted === true ? '' : (words[at]?.value ?? ''));
  const isName = (at: number): boolean => words[at]?.name === true;
  const own = new Set(words.flatMap((one, at) => (one.name && value(at + 1) === 'as' && startsQuery(value, at + 2) ? [one.value] : [])));
  const tables = new Set<string>();
  /** A name that is not of a table (any more) has `undefined` among them. */
  const byAlias = new Map<string, Set<string | undefined>>();
  const called: string[] = [];
  for (let at = 0; at < words.length; at++) {
    if (value(at) === '(') called.push(value(at - 1));
    if (value(at) === ')') called.pop();
    if (!['from', 'join'].includes(value(at)) || withFrom.has(called.at(-1) ?? '') || !isName(at + 1)) continue;
    const dotted = value(at + 2) === '.' && isName(at + 3);
    const last = dotted ? at + 3 : at + 1;
    if (value(last + 1) === '(') continue;
    const table = dotted ? `${words[at + 1]!.value}.${words[last]!.value}`.toLowerCase() : words[last]!.value.toLowerCase();
    const isOwn = !dotted && own.has(table);
    if (!isOwn) tables.add(table);
    const after = value(last + 1) === 'as' ? last + 2 : last + 1;
    const alias = isName(after) && !clauses.has(value(after)) ? words[after]!.value : words[last]!.value;
    const known = byAlias.get(alias.toLowerCase()) ?? new Set();
    byAlias.set(alias.toLowerCase(), known.add(isOwn ? undefined : table));
  }
  // A name behind brackets is that of a query in them.
  for (let at = 1; at < words.length; at++)
    if (value(at - 1) === ')' && isName(at))
      byAlias.get(words[value(at) === 'as' ? at + 1 : at]?.value.toLowerCase() ?? '')?.add(undefined);
  const columns = words.flatMap(({ value: column, name }, at) => {
    if (!name || value(at - 1) !== '.' || value(at - 3) === '.' || !isName(at - 2)) return [];
    const of = [...(byAlias.get(words[at - 2]!.value.toLowerCase()) ?? [undefined])];
    return of.every((one) => one !== undefined) && !tables.has(`${words[at - 2]!.value}.${column}`) ? [{ tables: of, column }] : [];
  });
  return { tables: [...tables], columns };
}

const startsQuery = (value: (at: number) => string, at: number): boolean =>
  value(at) === '(' || (['materialized', 'not'].includes(value(at)) && [value(at + 1), value(at + 2)].includes('('));
