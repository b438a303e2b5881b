// Records of an Apple Health export, as apple-health.ts hands them on: `{ "records": [{ type, unit, value, startDate, endDate, … }] }`, a
// blood pressure with its two records inside. Attributes are as the export has them.
import type { Decimal } from '../../fhir/decimal.ts';
import type { Observation, ObservationComponent } from '../../fhir/generated/types.ts';
import { type AppleType, appleTypeOf, pressureCorrelation } from './apple-words.ts';
import { type Place, textOf } from './leaves.ts';
import { measurementOf } from './nomenclature.ts';
import { type Concept, conceptOf, conceptSaid, quantity, unitOf } from './quantity.ts';
import { decimalOf } from './sfloat.ts';
import type { Story, When } from './story.ts';

interface Record {
  concept: Concept;
  unit: string | undefined;
  body: Pick<Observation, 'valueQuantity'>;
  value: string;
  leaves: [place: Place, element: string][];
}

export function* tellRecords(story: Story): Generator<undefined, void> {
  const { leaves } = story;
  for (const place of leaves.items(leaves.at(leaves.root, 'records'))) {
    yield;
    const when = whenOf(story, place);
    if (when === undefined) continue;
    const parts = leaves.items(leaves.at(place, 'records'));
    if (textOf(leaves.at(place, 'type')) === pressureCorrelation) tellPressure(story, place, parts, when);
    else tellOne(story, place, when);
  }
}

function tellOne(story: Story, place: Place, when: When): void {
  const record = readRecord(story, place);
  if (record === undefined) return;
  const observation = story.observe({
    code: record.concept.concept(record.unit),
    key: `${record.concept.key} ${record.value}`,
    when,
    vital: record.concept.what?.vital === true,
    body: record.body,
  });
  if (observation !== undefined) for (const [leaf, element] of record.leaves) story.leaves.said(leaf, `${observation}#${element}`);
}

function tellPressure(story: Story, place: Place, parts: readonly Place[], when: When): void {
  const records = parts
    .flatMap((part) => readRecord(story, part) ?? [])
    .toSorted((one, other) => (one.concept.key < other.concept.key ? -1 : 1));
  const panel = measurementOf('150020');
  if (records.length === 0 || panel === undefined) return;
  const observation = story.observe({
    code: conceptOf(panel).concept(undefined),
    key: ['150020', ...records.map(({ concept, value }) => `${concept.key} ${value}`)].join('+'),
    when,
    vital: true,
    body: { component: records.map(({ concept, unit, body }): ObservationComponent => ({ code: concept.concept(unit), ...body })) },
  });
  if (observation === undefined) return;
  story.leaves.said(story.leaves.at(place, 'type'), `${observation}#code`);
  for (const [index, record] of records.entries())
    for (const [leaf, element] of record.leaves) story.leaves.said(leaf, `${observation}#component[${index}].${element}`);
  // The parts repeat what is said of the whole.
  for (const part of parts) for (const name of ['startDate', 'endDate', 'sourceName']) story.leaves.structural(story.leaves.at(part, name));
}

function readRecord(story: Story, place: Place): Record | undefined {
  const at = (name: string): Place => story.leaves.at(place, name);
  const [type, value, written] = [textOf(at('type')), textOf(at('value')), textOf(at('unit'))];
  const apple = type === undefined ? undefined : appleTypeOf(type);
  if (apple === undefined) {
    story.note(at('type'), 'This type of Apple Health has no place in the table of measurements yet; it is kept');
    return undefined;
  }
  const number = value === undefined ? undefined : numberIn(value, apple);
  if (value === undefined || number === undefined) {
    story.note(at('value'), 'The value of a quantity is a number');
    return undefined;
  }
  const concept = conceptSaid(apple.code, undefined);
  const unit = unitOf(concept.what, apple.unit ?? written);
  if (!unit.ok) {
    story.note(at('unit'), unit.problem.message);
    return undefined;
  }
  const leaves: [Place, string][] = [
    [at('type'), 'code'],
    [at('value'), 'valueQuantity.value'],
    [at('unit'), 'valueQuantity.unit'],
  ];
  return { concept, unit: unit.value, body: { valueQuantity: quantity(number, unit.value, apple.unit ?? written) }, value, leaves };
}

/** The digits of the export, moved where its percentages are fractions. */
function numberIn(text: string, { shift = 0 }: AppleType): number | Decimal | undefined {
  const found = /^(-?)(\d{1,12})(?:\.(\d{1,17}))?(?:[eE]([-+]?\d{1,2}))?$/.exec(text);
  if (found === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  const mantissa = Number(sign + whole + fraction);
  // More digits than a number holds are noise of the conversion that the export made.
  if (!Number.isSafeInteger(mantissa)) return Number((Number(text) * 10 ** shift).toPrecision(15));
  return decimalOf(mantissa, Number(exponent) - fraction.length + shift);
}

function whenOf(story: Story, place: Place): When | undefined {
  const [startAt, endAt] = [story.leaves.at(place, 'startDate'), story.leaves.at(place, 'endDate')];
  const [start, end] = [story.moment(startAt), story.moment(endAt)];
  if (start === undefined || end === undefined) {
    story.note(place, 'A record has startDate and endDate; this one has not');
    return undefined;
  }
  return start === end ? { at: start, place: startAt } : { start, end, places: [startAt, endAt] };
}
