// What changed between two versions of a resource, by path: what is there now and was not, what is gone, what says something else.
// Members of a list are matched by what they say, so that one more at the front is one addition (pure).

export interface Difference {
  /** `name[0].given[1]`, as FHIRPath writes it. */
  path: string;
  kind: 'added' | 'removed' | 'changed';
  before?: string;
  after?: string;
}

type Json = unknown;

/** The server writes these anew with each version. */
const ofVersions = new Set(['meta.versionId', 'meta.lastUpdated']);

const isObject = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
/** Key order says nothing in JSON. */
const canonical = (value: Json): string =>
  Array.isArray(value)
    ? `[${value.map(canonical).join()}]`
    : isObject(value)
      ? `{${Object.keys(value)
          .sort()
          .map((name) => `${name}:${canonical(value[name])}`)
          .join()}}`
      : JSON.stringify(value);

export function differences(before: Json, after: Json): Difference[] {
  const found: Difference[] = [];
  compare(before, after, '', found);
  return found.filter(({ path }) => !ofVersions.has(path));
}

function compare(before: Json, after: Json, path: string, found: Difference[]): void {
  if (before === undefined) leaves(after, path, 'added', found);
  else if (after === undefined) leaves(before, path, 'removed', found);
  else if (Array.isArray(before) && Array.isArray(after)) lists(before, after, path, found);
  else if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(own(before, name), own(after, name), path === '' ? name : `${path}.${name}`, found);
  } else if (canonical(before) !== canonical(after)) found.push({ path, kind: 'changed', before: text(before), after: text(after) });
}

const own = (value: Record<string, Json>, name: string): Json => (Object.hasOwn(value, name) ? value[name] : undefined);

function lists(before: readonly Json[], after: readonly Json[], path: string, found: Difference[]): void {
  const left = new Map<string, number[]>();
  for (const [index, one] of before.entries()) left.set(canonical(one), [...(left.get(canonical(one)) ?? []), index]);
  const fresh: number[] = [];
  after.forEach((one, index) => {
    if (left.get(canonical(one))?.shift() === undefined) fresh.push(index);
  });
  const gone = [...left.values()].flat().sort((a, b) => a - b);
  // What is left on both sides is compared in its order: most probably the same member, changed.
  for (let at = 0; at < Math.max(gone.length, fresh.length); at++) {
    const [old, now] = [gone[at], fresh[at]];
    if (old !== undefined && now !== undefined) compare(before[old], after[now], `${path}[${now}]`, found);
    else if (now !== undefined) leaves(after[now], `${path}[${now}]`, 'added', found);
    else if (old !== undefined) leaves(before[old], `${path}[${old}]`, 'removed', found);
  }
}

function leaves(value: Json, path: string, kind: 'added' | 'removed', found: Difference[]): void {
  if (Array.isArray(value)) for (const [index, one] of value.entries()) leaves(one, `${path}[${index}]`, kind, found);
  else if (isObject(value))
    for (const [name, one] of Object.entries(value)) leaves(one, path === '' ? name : `${path}.${name}`, kind, found);
  else found.push({ path, kind, ...(kind === 'added' ? { after: text(value) } : { before: text(value) }) });
}

/** Every leaf of a resource with its path, in its order. */
export function leavesOf(resource: Json): { path: string; value: string }[] {
  const found: Difference[] = [];
  leaves(resource, '', 'added', found);
  return found.map(({ path, after = '' }) => ({ path, value: after }));
}
