// UB1 and UB2: what a hospital's bill says beside its charges (HL7 v2.8, sections 6.5.10 and 6.5.11): condition, value and occurrence
// codes of the National Uniform Billing Committee. They are supporting information of a claim (http://hl7.org/fhir/R4/claim.html), which
// is a draft until somebody sends it. The official maps have nothing for them.
import { DT, DTM, ID, NM } from '../codecs.ts';
import { composite, type Row, rows, type SegmentRows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { tabled } from '../types/coded.ts';

const days = 'http://unitsofmeasure.org';

/** An item for each repetition; its kind in words, since a bill's own codes of kinds differ from form to form. */
const info = (field: string, kind: string, to: string, as: Row[2]): Row => [
  field,
  `supportingInfo[]${to}`,
  as,
  { with: { 'supportingInfo[].category.text': kind } },
];
/** An amount of days, one item. */
const count = (field: string, kind: string): Row => {
  const at = `supportingInfo[${field}]`;
  const unit = { [`${at}.valueQuantity.unit`]: 'd', [`${at}.valueQuantity.system`]: days, [`${at}.valueQuantity.code`]: 'd' };
  return [field, `${at}.valueQuantity.value`, NM, { with: { [`${at}.category.text`]: kind, ...unit } }];
};

/** UVC. */
const VALUE = composite([
  ['1', 'code', tabled('0153')],
  ['2.1', 'valueQuantity.value', NM],
  ['2.2', 'valueQuantity.code', ID, { with: { 'valueQuantity.system': 'urn:iso:std:iso:4217' } }],
  ['3', 'valueQuantity.value', NM, { inOnly: true, when: (whole) => whole.textAt('2.1') === '' }],
]);
/** OCD. */
const OCCURRENCE = composite([
  ['1', 'code', tabled('0350')],
  ['2', 'timingDate', DT],
]);
/** OSP. */
const SPAN = composite([
  ['1', 'code', tabled('0351')],
  ['2', 'timingPeriod.start', DTM],
  ['3', 'timingPeriod.end', DTM],
]);

const tables: Readonly<Record<string, SegmentRows>> = {
  UB1: rows('UB1', [
    info('UB1-7', 'condition', '.code', tabled('0043')),
    count('UB1-8', 'covered days'),
    count('UB1-9', 'non-covered days'),
    info('UB1-10', 'value', '', VALUE),
    count('UB1-11', 'grace days'),
    info('UB1-12', 'special program', '.code', tabled('0348')),
    info('UB1-16', 'occurrence', '', OCCURRENCE),
  ]),
  UB2: rows('UB2', [
    count('UB2-2', 'co-insurance days'),
    info('UB2-3', 'condition', '.code', tabled('0043')),
    count('UB2-4', 'covered days'),
    count('UB2-5', 'non-covered days'),
    info('UB2-6', 'value', '', VALUE),
    info('UB2-7', 'occurrence', '', OCCURRENCE),
    info('UB2-8', 'occurrence span', '', SPAN),
  ]),
};

/** What R4 demands of a claim, and a part of a bill does not say. */
function complete(claim: Thing, scene: Scene): void {
  claim
    .imply('status', 'draft')
    .imply('use', 'claim')
    .imply('created', (scene.asOf ?? scene.story.context.receivedAt).toISOString());
  claim.imply('type.coding[1].system', 'http://terminology.hl7.org/CodeSystem/claim-type').imply('type.coding[1].code', 'institutional');
  claim
    .imply('priority.coding[1].system', 'http://terminology.hl7.org/CodeSystem/processpriority')
    .imply('priority.coding[1].code', 'normal');
  claim.imply('provider.display', scene.story.context.sender || 'unknown');
  claim.imply('insurance[1].sequence', 1).imply('insurance[1].focal', true);
  if (scene.coverage === undefined) claim.imply('insurance[1].coverage.display', 'unknown');
  else claim.point('insurance[1].coverage', scene.coverage);
  about(scene, claim, 'patient');
  if (scene.patient === undefined) claim.imply('patient.display', 'unknown');
  const list: unknown = claim.resource['supportingInfo'];
  if (Array.isArray(list)) for (const [at, one] of (list as Record<string, unknown>[]).entries()) one['sequence'] = at + 1;
}

export const ub: Teller = (segment, scene) => {
  const claim = scene.story.thing('Claim', [within(scene), 'bill', scene.encounter?.id ?? scene.account?.id ?? scene.controlId]);
  if (tables[segment.name]?.read(segment, claim.place, scene.story) === true) complete(claim, scene);
};
