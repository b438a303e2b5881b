// Words of a message as the narrative of a resource: escaped for XHTML, nothing else.
import type { Converter } from '../converter.ts';
import { isObject } from '../place.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const open = '<div xmlns="http://www.w3.org/1999/xhtml">';

const unmarked = (div: unknown): string | undefined => {
  if (typeof div !== 'string' || !div.startsWith(open) || !div.endsWith('</div>')) return undefined;
  const text = div.slice(open.length, -6);
  if (text.includes('<')) return undefined;
  return text.replace(/&(amp|lt|gt|quot);/g, (entity) => Object.entries(entities).find(([, one]) => one === entity)?.[0] ?? entity);
};

export const NARRATIVE: Converter = {
  read(part, place, step, run) {
    const { leaf } = part;
    // XHTML has no control characters.
    if (leaf === undefined || leaf.text.trim() === '' || [...leaf.text].some((one) => one < ' ' && one !== '\n' && one !== '\t'))
      return false;
    const narrative = place.child(step, run);
    const div = `${open}${leaf.text.replace(/[&<>"]/g, (mark) => entities[mark] ?? mark)}</div>`;
    narrative.imply([{ name: 'status' }], run, 'additional');
    return narrative.set({ name: 'div' }, div, [[leaf, unmarked]]);
  },
  write: (value) => (isObject(value) ? unmarked(value['div']) : undefined),
};
