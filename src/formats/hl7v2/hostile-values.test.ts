// Whatever stands in the fields: what is made of it is valid R4, no reference leads nowhere, and no leaf is missing from the ledger.
// LAMPLIGHT_RUNS asks for more messages, others each time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tellers } from './map/tellers.ts';
import { faultsOf } from './testing/faults.ts';
import { tell } from './to-fhir.ts';
import { readText } from './tree/message.ts';

const leaf = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'A',
      'Y',
      'N',
      'U',
      'D',
      '""',
      'SEL',
      'PP',
      'RP',
      'EMR',
      'X Y',
      ' ',
      '0',
      '1',
      '-5',
      '1.50',
      '99999999999999',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom('20260101', '202601011030', '20261399', '20260230', '2026', '20260101103000-0500', '19000101', '24:00'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'HL70001',
      'LN',
      'SCT',
      'ISO',
      'UUID',
      'http://x y',
      '1.2.3',
      'USD',
      'eng',
      'Internet',
      'CP',
      '2106-3',
      'CDCREC',
    ),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 8 }).map((text) => text.replace(/[|^~&\\\r\n]/g, '.')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\\X0D\\', '\\F\\', '😀', '  double  blank ', '<b>', 'a\tb', 'constructor', '__proto__', 'toString'),
  },
);
const component = fc.oneof(
  { weight: 5, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 4 }).map((list) => list.join('&')) },
);
const repetition = fc.oneof(
  { weight: 2, arbitrary: leaf },
  { weight: 3, arbitrary: fc.array(component, { maxLength: 15 }).map((list) => list.join('^')) },
);
const field = fc.oneof(
  { weight: 4, arbitrary: repetition },
  { weight: 1, arbitrary: fc.array(repetition, { maxLength: 3 }).map((list) => list.join('~')) },
);
const names = Object.keys(tellers).filter((name) => name !== 'MSH');
const segment = fc
  .tuple(fc.constantFrom(...names), fc.array(field, { maxLength: 55, size: 'max' }))
  .map(([name, fields]) => [name, ...fields].join('|'));
const others = 'ORU^R01 ORM^O01 OML^O21 OUL^R22 RDE^O11 RAS^O17 RDS^O13 RGV^O15 VXU^V04 SIU^S12 SIU^S15 MDM^T02 MDM^T10 DFT^P03'.split(' ');
const events = ['A01', 'A03', 'A05', 'A08', 'A11', 'A13', 'A23', 'A24', 'A29', 'A37', 'A40', 'A44', 'A45', 'A47'];
const message = fc
  .tuple(
    fc.constantFrom(...events.map((event) => `ADT^${event}`), ...others),
    fc.array(field, { maxLength: 6 }),
    fc.array(segment, { maxLength: 12 }),
  )
  .map(([event, head, segments]) => [`MSH|^~\\&|${head.slice(0, 4).join('|')}|20260101||${event}|C1|P|2.5`, ...segments].join('\r'));

/** What has been found by more runs than are usual. */
const found = [
  ['MSH|^~\\&||20260101||ADT^A01|C1|P|2.5\rRXE|20260101|HL70001|~20260101|0'],
  ['MSH|^~\\&||20260101||ADT^A01|C1|P|2.5\rTXA||A|A/-'],
  ['MSH|^~\\&||20260101||ADT^A01|C1|P|2.5\rGT1|||||| '],
  ['MSH|^~\\&|||^a||||||113||||||||||||||U'],
  ['MSH|^~\\&||20260101||ADT^A01|C1|P|2.5\rRXE|||||||||||||||||||||L0|A'],
  ['MSH|^~\\&||20260101||ADT^A01|C1|P|2.5\rRXE|||||||||||||||||||||H1|A|mL'],
] as [string][];

/** `LAMPLIGHT_RUNS=100000` takes some minutes, and begins elsewhere each time. */
const runs = process.env['LAMPLIGHT_RUNS'];

test('nothing that is sent makes an invalid resource', { timeout: runs === undefined ? 60_000 : 7_200_000 }, () => {
  fc.assert(
    fc.property(message, (text) => {
      const { translation, segments } = tell(readText(text), { sender: 's', receivedAt: new Date(0), timeZone: 'UTC' });
      const leaves = segments.flatMap((one) => [...one.leaves()].map(({ path }) => path));
      expect(translation.ledger.map(({ path }) => path)).toEqual(leaves);
      expect(faultsOf(translation.resources.map(({ resource }) => resource))).toEqual([]);
    }),
    runs === undefined ? { numRuns: 150, seed: 20260301, examples: found } : { numRuns: Number(runs) },
  );
});
