// Ways through the tree as the rows write them: `participant[@typeCode=CSM]/participantRole/playingEntity/code`, `effectiveTime/low`,
// `*` for any element, `.` for the element itself, `[t:22.4.9]` for one with a template whose root ends so, `[!t:…]` without it,
// `[c:SEV]` for one with that code.

import { unescapeXml } from '../tree/characters.ts';
import { childOf, type Element, elementsOf, leafOf } from '../tree/tree.ts';
import { templatesOf } from './templates-of.ts';

interface Step {
  name: string;
  conditions: ((element: Element, text: string) => boolean)[];
}

const compiled = new Map<string, Step[][]>();

/** In the order of the document; ways may be given with `|` between them, and the first that leads anywhere is taken. */
export function select(from: Element, way: string, text: string): Element[] {
  let ways = compiled.get(way);
  if (ways === undefined) {
    ways = way.split('|').map((one) => (one === '.' ? [] : one.split('/').map(compile)));
    compiled.set(way, ways);
  }
  for (const steps of ways) {
    let found: Element[] = [from];
    for (const { name, conditions } of steps) {
      const next: Element[] = [];
      for (const element of found) {
        for (const child of elementsOf(element)) {
          if ((name === '*' || child.name === name) && conditions.every((holds) => holds(child, text))) next.push(child);
        }
      }
      found = next;
      if (found.length === 0) break;
    }
    if (found.length > 0) return found;
  }
  return [];
}

function compile(step: string): Step {
  const [name = '', ...rest] = step.split('[');
  const conditions = rest.map((part) => {
    const condition = part.slice(0, -1);
    if (condition.startsWith('t:')) {
      const root = condition.slice(2);
      return (element: Element, text: string) => hasTemplate(element, root, text);
    }
    if (condition.startsWith('!t:')) {
      const root = condition.slice(3);
      return (element: Element, text: string) => !hasTemplate(element, root, text);
    }
    if (condition.startsWith('c:')) {
      const code = condition.slice(2);
      return (element: Element, text: string) => {
        const leaf = leafOf(childOf(element, 'code'), 'code');
        return leaf !== undefined && text.slice(leaf.start, leaf.end) === code;
      };
    }
    const [attribute = '', value = ''] = condition.slice(1).split('=');
    const values = value.split(',');
    return (element: Element, text: string) => {
      const leaf = leafOf(element, attribute);
      return values.includes(leaf === undefined ? '' : unescapeXml(text.slice(leaf.start, leaf.end)));
    };
  });
  return { name, conditions };
}

const hasTemplate = (element: Element, root: string, text: string): boolean =>
  templatesOf(element, text).some((one) => one === root || one.endsWith(`.${root}`));
