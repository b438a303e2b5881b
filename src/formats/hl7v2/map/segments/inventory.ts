// INV: what stands in an analyser (HL7 v2.8, section 13.4.4), as a Substance: what it is, and the package that it comes in. The official
// maps have nothing for it.
import { DTM, NM, ST } from '../codecs.ts';
import { rows } from '../rows.ts';
import type { Teller } from '../scene.ts';
import { CWE, codeOf, tabled } from '../types/coded.ts';
import { UNITS } from '../types/quantities.ts';

const inventory = rows('INV', [
  ['INV-1', 'code', CWE],
  // HL7 table 0383.
  ['INV-2', 'status', codeOf({ OK: 'active', EW: 'active', CW: 'active', EE: 'inactive', CE: 'inactive', QE: 'inactive' }, '0383')],
  ['INV-3', 'category[]', tabled('0384')],
  ['INV-4', 'instance[1].identifier.value', ST],
  ['INV-4', 'instance[1].identifier.type', CWE, { inOnly: true, when: (whole) => whole.textAt('4.2') !== '' }],
  ['INV-8', 'instance[1].quantity.value', NM],
  ['INV-11', 'instance[1].quantity', UNITS, { when: (whole) => whole.textAt('8') !== '' }],
  ['INV-12', 'instance[1].expiry', DTM],
  ['INV-17', 'identifier[lot].value', ST, { with: { 'identifier[lot].type.text': 'Lot number of the manufacturer' } }],
]);

export const inv: Teller = (segment, scene) => {
  const keys = [1, 4, 17].map((field) => segment.field(field)?.key ?? '');
  const thing = scene.story.thing('Substance', ['inventory', ...keys]);
  if (!inventory.read(segment, thing.place, scene.story)) return;
  thing.imply('code.text', 'unknown');
  scene.last = thing;
};
