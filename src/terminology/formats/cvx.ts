// CVX, codes of vaccines administered, as the CDC publishes them (https://www2.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=cvx):
// a table with "|" between code, short description, full name, notes, status, whether it is no vaccine, and the date of the change.
import { fail, ok } from '../../fhir/result.ts';
import type { Said } from '../contract.ts';
import { quoted } from '../load/broken.ts';
import { type LineReader, linePass } from '../load/line-pass.ts';
import type { ReleaseFormat, ReleasePlan } from '../load/plan.ts';
import { cvxXml } from './cvx-xml.ts';

const linePattern = /^\s*\d{2,3}\s*\|[^|\n]*\|[^|\n]*\|[^|\n]*\|\s*(Active|Inactive|Pending|Non-US|Never Active)\s*\|/i;

export interface Vaccine {
  code: string;
  short: string;
  full: string;
  notes: string;
  status: string;
  nonVaccine: string;
  updated: string;
}

export const cvx: ReleaseFormat = {
  name: 'CVX',
  published: 'cvx.txt ("|" between fields) or the XML of the CDC',
  recognise(files, version) {
    const text = files.find(({ begin }) => linePattern.test(begin));
    const xml = text === undefined ? files.find(({ begin }) => /<CVXCodes|<CVXInfo/i.test(begin)) : undefined;
    if (text === undefined && xml === undefined) return undefined;
    if (version === undefined)
      return fail('invalid', 'The CVX table does not tell its date: name the version with --release, such as 2026-01-15');
    return ok({ ...about(version), passes: [text === undefined ? cvxXml(xml!.file) : linePass(text.file, reader)] });
  },
};

const about = (version: string): Omit<ReleasePlan, 'passes'> => ({
  system: 'http://hl7.org/fhir/sid/cvx',
  version,
  about: {
    name: 'CVX',
    title: 'Vaccine administered code set (CVX)',
    caseSensitive: false,
    content: 'complete',
    hierarchyMeaning: 'is-a',
    valueSet: 'http://hl7.org/fhir/sid/cvx/vs',
    properties: [
      { code: 'status', type: 'string' },
      { code: 'nonvaccine', type: 'boolean' },
      { code: 'lastUpdated', type: 'string' },
      { code: 'notes', type: 'string' },
    ],
  },
});

function reader(): LineReader {
  return (line) => {
    if (line.trim() === '') return [];
    const fields = line.split('|').map((field) => field.trim());
    if (fields.length < 6) return `a line has at least 6 fields between "|", not ${fields.length}`;
    const [code = '', short = '', full = '', notes = '', status = '', nonVaccine = '', updated = ''] = fields;
    return saidOf({ code, short, full, notes, status, nonVaccine, updated });
  };
}

export function saidOf({ code, short, full, notes, status, nonVaccine, updated }: Vaccine): Said[] | string {
  if (!/^\d{1,4}$/.test(code)) return `a CVX code is a number, not ${quoted(code)}`;
  const property = (name: string, value: string | boolean): Said[] =>
    value === '' ? [] : [{ code, says: 'property', property: name, value }];
  return [
    { code, says: 'concept', display: short || full, ...(/^(inactive|never active)$/i.test(status) ? { inactive: true } : {}) },
    ...(full === '' ? [] : [{ code, says: 'display' as const, rank: 5, designation: { value: full, language: 'en' } }]),
    ...property('status', status),
    ...property('nonvaccine', /^true$/i.test(nonVaccine)),
    ...property('lastUpdated', updated),
    ...property('notes', notes),
  ];
}
