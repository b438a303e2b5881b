// Whether a statement keeps the storage rules: every table of patient data in it, but the first, meets another by `pat`. Reads the
// text by its parentheses: a table must be bound within the select that names it, by an equation that is not one of alternatives.

export const patientTables: ReadonlySet<string> = new Set([
  'directory',
  'resource',
  'history',
  'range_value',
  'string_value',
  'compartment',
  'change',
  'audit',
  'contained',
]);

/**
 * Where a statement leaves the compartment, and why it must. None is a join: each is a set of keys that is found by itself and then
 * compared with, which a distributed database answers as a subquery of its own.
 */
const exceptions: { name: string; is: RegExp; because: string }[] = [
  {
    name: 'chain to another compartment',
    is: /^select uuid_hash_extended\(([ti]\d*)\.id, -?\d+\) from (?:resource|contained) \1 where /,
    because: 'subject.general-practitioner.name: a Practitioner is in no compartment, and another Patient is in its own',
  },
  {
    name: 'pointed to from another compartment',
    is: /^select 1 from resource (s\d+) where \1\.type = \d+ and not \1\.deleted and .*\1\.keys @> array\[uuid_hash_extended\(\w+\.id, -?\d+\)\]/s,
    because: '_has:Observation:performer:code on a Practitioner: what points there is in the compartments of many patients',
  },
  {
    name: 'whether anything is contained',
    is: /^select 1 from contained (\w) where \1\.type = (?:\d+|t\.type)$/,
    because: 'a chain need not look for contained resources of a type of which there are none: a question about the type, not about rows',
  },
  {
    name: 'ids of values in the order of a page',
    is: /^select distinct v\.id, v\.pat from string_value v where v\.parameter = \d+ and .* order by v\.id, v\.pat$/s,
    because: 'family=: the ids with their pats that a page starts from; rows of resource and of other values meet them by pat',
  },
  {
    name: 'how many a day has',
    is: /^select from range_value v where v\.parameter = \d+ and [^()]*\([^()]*\) limit \d+$/,
    because: 'family= with birthdate=: whether few were born on a day, a number by itself that says where the search for both begins',
  },
  {
    name: 'recent changes',
    is: /^select c\.id from change c where c\.type = \d+ and c\.at >= /,
    because: 'ids of what was changed lately, gathered from the feed by time; the row itself is then compared with its own time',
  },
];

export interface Judged {
  breaches: string[];
  /** Names of exceptions that it makes use of. */
  excepted: string[];
}

const table =
  /\b(from|join|using|,|update|into)\s+([a-z_]+)(?:\s+(?:as\s+)?(?!on\b|where\b|using\b|set\b|select\b|order\b|cross\b|left\b|join\b|limit\b|for\b)([a-z]\w*))?/g;

export function breaches(text: string): Judged {
  const judged: Judged = { breaches: [], excepted: [] };
  if (/\brecursive\b/i.test(text)) judged.breaches.push('recursive SQL');
  if (/skip locked/i.test(text)) judged.breaches.push('SKIP LOCKED');
  let first = true;
  for (const group of groupsOf(text)) {
    const own = withoutSelects(group);
    for (const [, how, name = '', alias = name] of own.matchAll(table)) {
      if (!patientTables.has(name) || how === 'into') continue;
      // The first is what the others are joined to; of a union each branch has its own.
      if (first || isBranch(text, group)) {
        first = false;
        if (tablesIn(own)[0] === alias) continue;
      }
      if (isBound(own, alias)) continue;
      const exception = exceptions.find(({ is }) => is.test(group.trim()));
      if (exception === undefined) judged.breaches.push(`${name} ${alias} meets no other table by pat`);
      else judged.excepted.push(exception.name);
    }
  }
  return judged;
}

const tablesIn = (own: string): string[] =>
  [...own.matchAll(table)].flatMap(([, how, name = '', alias = name]) => (patientTables.has(name) && how !== 'into' ? [alias] : []));

/** The select statements in a text, outermost first. */
function groupsOf(text: string): string[] {
  const groups = [text];
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "'") i = text.indexOf("'", i + 1);
    else if (text[i] === '(') open.push(i + 1);
    else if (text[i] === ')') {
      const from = open.pop() ?? 0;
      const inner = text.slice(from, i);
      if (/^\s*(select|insert|delete|update)\b/.test(inner)) groups.push(inner);
    }
  }
  return groups;
}

/** A text without the selects inside it: what these bind is theirs. Functions and conditions stay. */
function withoutSelects(text: string): string {
  let out = '';
  let depth = 0;
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (sign === '(') {
      open.push(depth);
      if (depth > 0 || /^\s*(select|insert|delete|update)\b/.test(text.slice(i + 1, i + 30))) depth++;
    }
    if (depth === 0) out += sign;
    if (sign === ')') depth = open.pop() ?? 0;
  }
  return out;
}

/** A part of a union or of a `with`, or a set that a lateral join makes: its first table is the one that others join. */
function isBranch(text: string, group: string): boolean {
  const at = text.indexOf(group);
  const before = text.slice(Math.max(0, at - 40), at);
  return /(?:union(?: all)?\s*\(|from \(\(|as materialized \((?:\s*select \* from \()?|\bas \(|^)$/.test(before);
}

/** Whether an equation of pats holds for the alias in every case: not where it is one of several alternatives. */
function isBound(own: string, alias: string): boolean {
  const equation = new RegExp(`\\b(?:${alias}\\.pat = \\w+\\.pat|\\w+\\.pat = ${alias}\\.pat)\\b`);
  const found = equation.exec(own);
  if (found === null) return false;
  // No `or` stands at the same level as the equation.
  return !/\bor\b/.test(levelAround(own, found.index));
}

/** The text at the depth of a place, between the parentheses around it and without those inside. */
function levelAround(text: string, at: number): string {
  let from = at;
  for (let depth = 0; from > 0; from--) {
    if (text[from - 1] === ')') depth++;
    else if (text[from - 1] === '(' && depth-- === 0) break;
  }
  let out = '';
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && depth-- === 0) break;
    else if (depth === 0) out += text[i];
  }
  return out;
}
