// ICD-10-CM, the tabular list as XML (https://www.cms.gov/medicare/coding-billing/icd-10-codes, icd10cm_tabular_YYYY.xml): <diag> in <diag>,
// each with <name>, <desc> and inclusion terms. Codes with a seventh character are not written out there but follow from the
// definition of the characters (<sevenChrDef>) at the code or at one above it, with X for what lies between.
import { fail, ok } from '../../fhir/result.ts';
import type { Said } from '../contract.ts';
import { quoted } from '../load/broken.ts';
import type { ReleaseFormat } from '../load/plan.ts';
import { type XmlReader, xmlPass } from '../load/xml-pass.ts';
import { icd10cm } from './icd-10-cm.ts';

export const icd10cmTabular: ReleaseFormat = {
  name: 'ICD-10-CM (tabular list)',
  published: 'icd10cm_tabular_YYYY.xml, also in the zip of CMS',
  recognise(files, version) {
    const found = files.find(({ begin }) => /<ICD10CM\.tabular/.test(begin));
    if (found === undefined) return undefined;
    const release = version ?? /<version>\s*(20\d\d)\s*<\/version>/.exec(found.begin)?.[1] ?? /(20\d\d)/.exec(found.file.base)?.[1];
    if (release === undefined) return fail('invalid', 'The tabular list does not tell its year: name the version with --release');
    return ok({ ...icd10cm(release), passes: [xmlPass(found.file, reader)] });
  },
};

interface Diagnosis {
  code: string;
  display: string;
  terms: string[];
  /** Seventh characters with their meaning. */
  seventh?: Map<string, string>;
  leaf: boolean;
}

const codePattern = /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/;

function reader(): XmlReader {
  const open: Diagnosis[] = [];
  const path: string[] = [];
  let character = '';
  return {
    open(name, attributes) {
      path.push(name);
      if (name === 'diag') {
        const above = open.at(-1);
        if (above !== undefined) above.leaf = false;
        open.push({ code: '', display: '', terms: [], leaf: true });
      }
      if (name === 'sevenChrDef' && open.length > 0) open.at(-1)!.seventh = new Map();
      if (name === 'extension') character = attributes['char'] ?? '';
    },
    close(name, text) {
      path.pop();
      const here = open.at(-1);
      const above = path.at(-1);
      if (here === undefined) return [];
      if (name === 'name' && above === 'diag') here.code = text;
      if (name === 'desc' && above === 'diag') here.display = text;
      if (name === 'note' && above === 'inclusionTerm') here.terms.push(text);
      if (name === 'extension' && above === 'sevenChrDef' && character !== '') here.seventh?.set(character, text);
      if (name !== 'diag') return [];
      const seventh = open.findLast((one) => one.seventh !== undefined)?.seventh;
      open.pop();
      return codePattern.test(here.code)
        ? saidOf(here, open.at(-1)?.code, here.leaf ? seventh : undefined)
        : `a code looks like A00.0, not ${quoted(here.code)}`;
    },
  };
}

function saidOf({ code, display, terms, leaf }: Diagnosis, parent: string | undefined, seventh: Map<string, string> | undefined): Said[] {
  const billable = leaf && seventh === undefined;
  const said: Said[] = [
    { code, says: 'concept', display, ...(billable ? {} : { abstract: true }) },
    { code, says: 'property', property: 'billable', value: billable },
    ...terms.map((value): Said => ({ code, says: 'display', rank: 6, designation: { value, language: 'en' } })),
  ];
  if (parent !== undefined) said.push({ code, says: 'parent', parent });
  const bare = code.replace('.', '').padEnd(6, 'X');
  for (const [character, meaning] of seventh ?? []) {
    const full = `${bare.slice(0, 3)}.${bare.slice(3)}${character}`;
    said.push(
      { code: full, says: 'concept', display: `${display}, ${meaning}` },
      { code: full, says: 'property', property: 'billable', value: true },
      { code: full, says: 'parent', parent: code },
    );
  }
  return said;
}
