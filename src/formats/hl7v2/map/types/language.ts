// The language of a person, as a code of BCP-47 with the received one beside; `und` where nobody knows which is meant.
import type { Converter } from '../converter.ts';
import { languageTag } from '../tables/languages.ts';
import { CWE } from './coded.ts';

const bcp47 = 'urn:ietf:bcp:47';

export const LANGUAGE: Converter = {
  read(part, place, step, run, story) {
    const tags = ['1', '4', '2', '9'].map((path) => languageTag(part.textAt(path)));
    const tag = tags.find((one) => one !== undefined);
    // First, so that who looks at one coding only sees the one that FHIR asks for.
    const concept = place.child(step, run);
    if (part.text === '') return false;
    const mapped = [{ name: 'coding', item: { label: 'tag' } }];
    concept.imply([...mapped, { name: 'system' }], run, bcp47);
    concept.imply([...mapped, { name: 'code' }], run, tag ?? 'und');
    return CWE.read(part, place, step, run, story);
  },
  write(value, story) {
    const out = CWE.from(value, story);
    return Array.isArray(out) && out[2] === bcp47 ? [out[0], out[1], 'ISO639'] : out;
  },
};
