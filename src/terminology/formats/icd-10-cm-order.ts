// ICD-10-CM, the order file of CMS and NCHS (https://www.cms.gov/medicare/coding-billing/icd-10-codes, "code descriptions in tabular
// order"): columns 1-5 order number, 7-13 code without its dot, 15 whether it may be billed, 17-76 short, from 78 long description.
import { fail, ok } from '../../fhir/result.ts';
import { quoted } from '../load/broken.ts';
import { type LineReader, linePass } from '../load/line-pass.ts';
import type { ReleaseFormat } from '../load/plan.ts';
import { icd10cm } from './icd-10-cm.ts';

const linePattern = /^(\d{5}) ([A-Z][0-9A-Z]{2,6}) *(?<= [^ ]{3}[^ ]{0,4} *) ([01]) /;

export const icd10cmOrder: ReleaseFormat = {
  name: 'ICD-10-CM (order file)',
  published: 'icd10cm-order-YYYY.txt, also in the zip of CMS',
  recognise(files, version) {
    // An addenda file lists only what changed and begins its lines with a word.
    const found = files.find(({ begin }) => linePattern.test(begin));
    if (found === undefined) return undefined;
    const release = version ?? /order[-_ ](?:[A-Za-z]+[-_ ])?(\d{4})/i.exec(found.file.path)?.[1];
    if (release === undefined)
      return fail('invalid', 'The name of the ICD-10-CM file does not tell the year: name the version with --release');
    return ok({ ...icd10cm(release), passes: [linePass(found.file, reader)] });
  },
};

function reader(): LineReader {
  /** Codes that the present one may stand below. */
  let path: string[] = [];
  return (line) => {
    if (line.length < 78) return `a line of the order file has at least 78 characters, not ${line.length}`;
    const bare = line.slice(6, 13).trim();
    const billable = line[14];
    if (!/^[A-Z][0-9A-Z]{2,6}$/.test(bare)) return `columns 7 to 13 hold no code but ${quoted(line.slice(6, 13))}`;
    if (billable !== '0' && billable !== '1') return `column 15 says 0 or 1, not ${quoted(billable ?? '')}`;
    path = path.filter((above) => bare.startsWith(above) && bare !== above);
    const parent = path.at(-1);
    path.push(bare);
    const code = dotted(bare);
    const short = line.slice(16, 76).trim();
    const long = line.slice(77).trim() || short;
    return [
      { code, says: 'concept', display: long, ...(billable === '0' ? { abstract: true } : {}) },
      { code, says: 'property', property: 'billable', value: billable === '1' },
      ...(short === long ? [] : [{ code, says: 'display' as const, rank: 5, designation: { value: short, language: 'en' } }]),
      ...(parent === undefined ? [] : [{ code, says: 'parent' as const, parent: dotted(parent) }]),
    ];
  };
}

/** A000 → A00.0 */
export const dotted = (bare: string): string => (bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare);
