// The functional cases of UCUM (https://github.com/FHIR/Ucum-java, src/test/resources, practice data): validation, conversion,
// multiplication and division. Display names are none of ours. A miss is listed with its reason; a listed one that passes fails too.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Amount, multiplyAmounts } from './fhirpath/amount.ts';
import { Exact } from './fhirpath/exact.ts';
import { readXml } from './testing-xml.ts';
import { canonical } from './ucum.ts';

const folder = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'testsuites/ucum/src/test/resources');
const files = ['UcumFunctionalTests.xml', 'UcumFunctionalTests.2.xml'].filter((file) => existsSync(join(folder, file)));

type Case = Record<string, string>;

/** By kind and unit or units. */
const misses: Record<string, string> = {
  'validation ': 'valid in the older file and invalid in the newer; a quantity without a unit is not UCUM here',
  'validation g.m/{hb}m2': 'an annotation stands before a symbol: the newer file has it no more, and has {a}rad2{b} as invalid for that',
  'conversion s/m/mg s.m-1.g-1': 'per mg is a thousand per g: the older file divides instead, the newer one has it right and passes',
  'conversion s/4.m s/m': 's/4.m is (s/4).m by UCUM §7, another dimension; the newer file writes s/4/m, which passes',
};

/** Whether two amounts are the same to the digits that the expected one is written with. */
function same(a: { value: number; unit: string } | undefined, b: { value: number; unit: string } | undefined, written: string): boolean {
  if (a === undefined || b === undefined || a.unit !== b.unit) return false;
  const digits = Math.min(12, written.replace(/[eE].*$|[-.]|^0+\.?0*/g, '').length);
  return Math.abs(a.value - b.value) <= Math.abs(b.value) * 10 ** (1 - digits) * 0.6;
}

function product({ v1 = '', u1 = '', v2 = '', u2 = '' }: Case, sign: 1 | -1): { value: number; unit: string } | undefined {
  const made = multiplyAmounts(new Amount(Exact.read(v1) as Exact, u1), new Amount(Exact.read(v2) as Exact, u2), sign);
  return made && canonical(made.value.toNumber(), made.unit === '' ? '1' : made.unit);
}

const kinds: Record<string, { name: (one: Case) => string; passes: (one: Case) => boolean }> = {
  validation: {
    name: ({ unit }) => `validation ${unit}`,
    passes: ({ unit = '', valid }) => (canonical(1, unit) !== undefined) === (valid === 'true'),
  },
  conversion: {
    name: ({ srcUnit, dstUnit }) => `conversion ${srcUnit} ${dstUnit}`,
    passes: ({ value = '', srcUnit = '', dstUnit = '', outcome = '' }) =>
      same(canonical(Number(value), srcUnit), canonical(Number(outcome), dstUnit), outcome),
  },
  multiplication: {
    name: ({ u1, u2 }) => `multiplication ${u1} ${u2}`,
    passes: (one) => same(product(one, 1), canonical(Number(one['vRes']), one['uRes'] || '1'), one['vRes'] as string),
  },
  division: {
    name: ({ u1, u2 }) => `division ${u1} ${u2}`,
    passes: (one) => same(product(one, -1), canonical(Number(one['vRes']), one['uRes'] || '1'), one['vRes'] as string),
  },
};

test.skipIf(files.length === 0)(`official cases of UCUM${files.length === 0 ? ' (skipped: no practice data)' : ''}`, () => {
  const failed = new Set<string>();
  let passed = 0;
  let all = 0;
  for (const file of files)
    for (const group of readXml(readFileSync(join(folder, file), 'utf8')).children) {
      const kind = kinds[group.name];
      for (const { name, attributes } of kind ? group.children : []) {
        if (name !== 'case' || !kind) continue;
        all++;
        if (kind.passes(attributes)) passed++;
        else failed.add(kind.name(attributes));
      }
    }
  console.log(`UCUM: ${passed} of ${all} official cases pass`);
  expect([...failed].filter((name) => misses[name] === undefined)).toEqual([]);
  expect(Object.keys(misses).filter((name) => !failed.has(name))).toEqual([]);
});
