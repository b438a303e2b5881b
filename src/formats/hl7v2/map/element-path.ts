// The FHIR element of a mapping row, written as text and taken apart once at start.
//
//   birthDate                       the element
//   name[]                          a new item for each repetition of the field
//   coding[1].code                  the first item, shared by all rows that name it: `code` and `system` meet in one coding
//   location[now].status            likewise, by a name
//   contact[].name                  below an item
//   extension[http://…].valueCode   the extension with this url; `extension[=text]` where the url is a word

export interface Step {
  name: string;
  /** Absent: no list. */
  item?: { fresh: true } | { label: string } | { url: string };
  /** Of the place that it leads to, where that does not depend on the run; made beforehand where the step is used often. */
  key?: string;
}

/** One name for one place below another. */
export const keyOf = ({ name, item }: Step): string =>
  item === undefined || 'fresh' in item ? name : 'url' in item ? `${name} ${item.url}` : `${name} =${item.label}`;

const known = new Map<string, Step[]>();

/** As `readElementPath`, for paths that tellers write: each is taken apart once. */
export function elementPath(path: string): readonly Step[] {
  let steps = known.get(path);
  if (steps === undefined) {
    steps = readElementPath(path);
    known.set(path, steps);
  }
  return steps;
}

export function readElementPath(path: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    const found = /^(_?[A-Za-z]\w*)(?:\[([^\]]*)\])?(?:\.|$)/.exec(path.slice(at));
    if (found === null) throw new TypeError(`"${path}" is no element of a mapping row; write it as name[] or coding[1].code`);
    const name = found[1] ?? '';
    const inside = found[2];
    if (inside === undefined) steps.push({ name });
    else if (inside === '') steps.push({ name, item: { fresh: true } });
    else if (inside.startsWith('=')) steps.push({ name, item: { url: inside.slice(1) } });
    else if (inside.includes(':')) steps.push({ name, item: { url: inside } });
    else steps.push({ name, item: { label: inside } });
    at += found[0].length;
  }
  for (const step of steps) step.key = keyOf(step);
  if (steps.length === 0) throw new TypeError('a mapping row names no element');
  return steps;
}
