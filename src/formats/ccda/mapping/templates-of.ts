// The templates that an element says it keeps to: the roots of its templateIds, whatever their versions.
import { unescapeXml } from '../tree/characters.ts';
import { type Element, elementsOf, leafOf } from '../tree/tree.ts';

export function templatesOf(element: Element, text: string): string[] {
  const roots: string[] = [];
  for (const child of elementsOf(element)) {
    if (child.name !== 'templateId') continue;
    const leaf = leafOf(child, 'root');
    if (leaf !== undefined) roots.push(unescapeXml(text.slice(leaf.start, leaf.end)).trim());
  }
  return roots;
}
