// HCPCS level II, the record file of CMS (https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update):
// lines of fixed width. Columns 1-5 code (of a modifier 4-5), 6-10 sequence, 11 kind of line (3 code, 4 its continuation, 7 modifier, 8 its
// continuation), 12-91 long description, 92-119 short description, 277-284 date of the change, 285-292 end.
import { fail, ok } from '../../fhir/result.ts';
import type { Said } from '../contract.ts';
import { BrokenFile, quoted } from '../load/broken.ts';
import { linesOf } from '../load/lines.ts';
import type { Batch, Pass, ReleaseFormat } from '../load/plan.ts';
import type { ReleaseFile } from '../load/release-file.ts';

const linePattern = /^(?:[A-Z]\d{4}| {3}[A-Z0-9]{2})\d{5}[3478].{81,}/m;

export const hcpcs: ReleaseFormat = {
  name: 'HCPCS level II',
  published: 'HCPCyyyy_MMM_ANWEB.txt, also in the zip of CMS',
  recognise(files, version) {
    const found = files.find(({ begin }) => linePattern.test(begin.slice(0, 400)));
    if (found === undefined) return undefined;
    const named = /HCPC(20\d\d)[-_ ]?([A-Z]{3})/i.exec(found.file.path);
    const release = version ?? (named === null ? undefined : `${named[1]}-${named[2]!.toUpperCase()}`);
    if (release === undefined)
      return fail('invalid', 'The name of the HCPCS file does not tell its quarter: name the version with --release, such as 2026-JAN');
    return ok({
      system: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
      version: release,
      about: {
        name: 'HCPCSLevelII',
        title: 'Healthcare Common Procedure Coding System, level II',
        caseSensitive: false,
        content: 'complete',
        hierarchyMeaning: 'is-a',
        properties: [
          { code: 'modifier', type: 'boolean', description: 'Whether it modifies a code instead of being one' },
          { code: 'effective', type: 'string' },
          { code: 'terminated', type: 'string' },
        ],
      },
      passes: [pass(found.file)],
    });
  },
};

interface Open {
  code: string;
  long: string;
  short: string;
  modifier: boolean;
  effective: string;
  terminated: string;
  line: number;
}

const pass = (file: ReleaseFile): Pass => ({
  file,
  async *read(): AsyncGenerator<Batch> {
    let open: Open | undefined;
    for await (const { first, lines, bytes } of linesOf(file)) {
      const said: Said[] = [];
      for (let i = 0; i < lines.length; i += 1) {
        const line = lines[i]!;
        if (line.trim() === '' || line.charCodeAt(0) === 0x1a) continue;
        const kind = line[10] ?? '';
        const code = line.slice(0, 5).trim();
        if (line.length < 92 || !'3478'.includes(kind) || !/^([A-Z]\d{4}|[A-Z0-9]{2})$/.test(code))
          throw new BrokenFile(file.name, first + i, `this is no line of the record: ${quoted(line.slice(0, 16))}`);
        const text = line.slice(11, 91).trim();
        if (kind === '4' || kind === '8') {
          if (open?.code !== code) throw new BrokenFile(file.name, first + i, `the continuation of ${code} does not follow it`);
          open.long = `${open.long} ${text}`;
          continue;
        }
        if (open !== undefined) said.push(...saidOf(open));
        open = {
          code,
          long: text,
          short: line.slice(91, 119).trim(),
          modifier: kind === '7',
          effective: line.slice(276, 284).trim(),
          terminated: line.slice(284, 292).trim(),
          line: first + i,
        };
      }
      // A place to go on from lies before the code whose continuation may still come.
      yield { line: (open?.line ?? first + lines.length) - 1, said, bytes };
    }
    if (open !== undefined) yield { line: Number.MAX_SAFE_INTEGER, said: saidOf(open), bytes: 0 };
  },
});

const saidOf = ({ code, long, short, modifier, effective, terminated }: Open): Said[] => [
  { code, says: 'concept', display: long || short, ...(terminated === '' ? {} : { inactive: true }) },
  ...(short === '' || short === long ? [] : [{ code, says: 'display' as const, rank: 5, designation: { value: short, language: 'en' } }]),
  { code, says: 'property', property: 'modifier', value: modifier },
  ...(effective === '' ? [] : [{ code, says: 'property' as const, property: 'effective', value: effective }]),
  ...(terminated === '' ? [] : [{ code, says: 'property' as const, property: 'terminated', value: terminated }]),
];
