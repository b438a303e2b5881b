// Observations in Lamplight's own envelope (docs/devices.md): values with a code and a unit, and series of samples.
import { Decimal } from '../../fhir/decimal.ts';
import type { CodeableConcept, Observation, ObservationComponent, SampledData } from '../../fhir/generated/types.ts';
import { isMembers, isThere, numberOf, type Place, textOf, uriOf, wordOf } from './leaves.ts';
import { measurementOf } from './nomenclature.ts';
import { absences, absent, type Concept, conceptOf, conceptSaid, quantity, unitOf } from './quantity.ts';
import type { Story, When } from './story.ts';

/** Parts of a blood pressure that belong into one observation where they were measured at one moment. */
const pressureParts = new Set(['150021', '150022', '150023']);

interface Value {
  place: Place;
  concept: Concept;
  when: When;
  unit: string | undefined;
  says: Pick<Observation, 'valueQuantity' | 'valueString' | 'valueCodeableConcept' | 'dataAbsentReason'>;
  /** Where the leaves of the value stand in FHIR, below the observation or component. */
  leaves: [place: Place, element: string][];
}

export function* tellEnvelope(story: Story): Generator<undefined, void> {
  const { leaves } = story;
  const root = leaves.root;
  const usual = momentOf(story, leaves.at(root, 'time'));
  const parts = new Map<string, Value[]>();
  for (const place of leaves.items(leaves.at(root, 'values'))) {
    yield;
    const value = readValue(story, place, usual);
    if (value === undefined) continue;
    const components = leaves.items(leaves.at(place, 'components'));
    if (components.length === 0 && pressureParts.has(value.concept.key) && 'at' in value.when) {
      const list = parts.get(value.when.at);
      if (list?.some((one) => one.concept.key === value.concept.key) === false) list.push(value);
      else if (list === undefined) parts.set(value.when.at, [value]);
      else tellValue(story, value, []);
    } else
      tellValue(
        story,
        value,
        components.flatMap((one) => readValue(story, one, value.when) ?? []),
      );
  }
  for (const list of parts.values()) {
    yield;
    tellPressure(story, list);
  }
  for (const name of ['series', 'waveforms'])
    for (const place of leaves.items(leaves.at(root, name))) {
      yield;
      tellSeries(story, place, usual);
    }
}

function momentOf(story: Story, place: Place): When | undefined {
  const at = isThere(place) ? story.moment(place) : undefined;
  return at === undefined ? undefined : { at, place };
}

function whenOf(story: Story, place: Place, usual: When | undefined): When | undefined {
  const [time, start, end] = ['time', 'start', 'end'].map((name) => story.leaves.at(place, name));
  if (time !== undefined && isThere(time)) return momentOf(story, time);
  if (start !== undefined && end !== undefined && (isThere(start) || isThere(end))) {
    const [from, to] = [isThere(start) ? story.moment(start) : undefined, isThere(end) ? story.moment(end) : undefined];
    if ((isThere(start) && from === undefined) || (isThere(end) && to === undefined)) return undefined;
    return { ...(from === undefined ? {} : { start: from }), ...(to === undefined ? {} : { end: to }), places: [start, end] };
  }
  return usual;
}

const noSystem = 'The system of a code is an address (URI); this one is none';

function readValue(story: Story, place: Place, usual: When | undefined): Value | undefined {
  const { leaves } = story;
  const [codeAt, systemAt, valueAt, unitAt] = [
    leaves.at(place, 'code'),
    leaves.at(place, 'system'),
    leaves.at(place, 'value'),
    leaves.at(place, 'unit'),
  ];
  const code = isMembers(place) ? wordOf(codeAt) : undefined;
  if (code === undefined) {
    story.note(place, 'A value says by "code" what was measured: an IEEE 11073 code or name, or a LOINC code');
    return undefined;
  }
  if (isThere(systemAt) && uriOf(systemAt) === undefined) {
    story.note(systemAt, noSystem);
    return undefined;
  }
  const when = whenOf(story, place, usual);
  if (when === undefined) {
    story.note(place, 'A value has a "time", its own or that of the message; this one has none that can be read');
    return undefined;
  }
  const concept = conceptSaid(code, uriOf(systemAt));
  const written = wordOf(unitAt);
  const said: [Place, string][] = [
    [codeAt, 'code'],
    [systemAt, 'code'],
  ];
  const number = numberOf(valueAt);
  const word = textOf(valueAt);
  const reason = word === undefined ? undefined : absences[word];
  if (number !== undefined) {
    const unit = unitOf(concept.what, written);
    if (!unit.ok) {
      story.note(place, unit.problem.message);
      return undefined;
    }
    said.push([valueAt, 'valueQuantity.value'], [unitAt, 'valueQuantity.unit']);
    return { place, concept, when, unit: unit.value, says: { valueQuantity: quantity(number, unit.value, written) }, leaves: said };
  }
  if (reason !== undefined) {
    said.push([valueAt, 'dataAbsentReason.coding[0].code']);
    return { place, concept, when, unit: written, says: { dataAbsentReason: absent(reason) }, leaves: said };
  }
  if (word !== undefined && concept.what === undefined) {
    said.push([valueAt, 'valueString']);
    return { place, concept, when, unit: undefined, says: { valueString: word }, leaves: said };
  }
  if (!isThere(valueAt) && leaves.items(leaves.at(place, 'components')).length > 0)
    return { place, concept, when, unit: undefined, says: {}, leaves: said };
  story.note(place, 'The "value" of this measurement is a number, or one of NaN, NRes, INF, -INF');
  return undefined;
}

function tellValue(story: Story, value: Value, components: readonly Value[]): void {
  const note = textOf(story.leaves.at(value.place, 'note'));
  const name = story.observe({
    code: value.concept.concept(value.unit),
    key: [value.concept.key, ...components.map(({ concept }) => concept.key).sort()].join('+'),
    when: value.when,
    vital: value.concept.what?.vital === true,
    body: {
      ...value.says,
      ...(components.length === 0 ? {} : { component: components.map(componentOf) }),
      ...(note === undefined ? {} : { note: [{ text: note }] }),
    },
  });
  if (name === undefined) return;
  if (note !== undefined) story.leaves.said(story.leaves.at(value.place, 'note'), `${name}#note[0].text`);
  for (const [place, element] of value.leaves) story.leaves.said(place, `${name}#${element}`);
  saidOf(story, name, components);
}

const componentOf = ({ concept, unit, says }: Value): ObservationComponent => ({ code: concept.concept(unit), ...says });

function saidOf(story: Story, name: string, components: readonly Value[]): void {
  for (const [index, { leaves }] of components.entries())
    for (const [place, element] of leaves) story.leaves.said(place, `${name}#component[${index}].${element}`);
}

/** Systolic, diastolic and mean pressure of one moment are one blood pressure (http://hl7.org/fhir/R4/bp.html). */
function tellPressure(story: Story, values: readonly Value[]): void {
  const list = values.toSorted((one, other) => (one.concept.key < other.concept.key ? -1 : 1));
  const [first] = list;
  const what = measurementOf('150020');
  if (first === undefined || what === undefined) return;
  const name = story.observe({
    code: conceptOf(what).concept(undefined),
    key: ['150020', ...list.map(({ concept }) => concept.key)].join('+'),
    when: first.when,
    vital: true,
    body: { component: list.map(componentOf) },
  });
  if (name === undefined) return;
  saidOf(story, name, list);
  for (const { when } of list) if ('at' in when) story.leaves.said(when.place, `${name}#effectiveDateTime`);
}

/** `{ code, unit, time, period, data, origin?, factor?, lowerLimit?, upperLimit? }`: samples `period` milliseconds apart. */
function tellSeries(story: Story, place: Place, usual: When | undefined): void {
  const { leaves } = story;
  const at = (name: string): Place => leaves.at(place, name);
  const [code, period, data] = [isMembers(place) ? wordOf(at('code')) : undefined, numberOf(at('period')), samplesOf(at('data'))];
  if (code === undefined || period === undefined || !(Number(period) > 0) || data === undefined)
    return story.note(
      place,
      'A series has "code", "period" in milliseconds and "data": numbers, or text of numbers, E, U and L with spaces',
    );
  if (isThere(at('system')) && uriOf(at('system')) === undefined) return story.note(at('system'), noSystem);
  const when = whenOf(story, place, usual);
  if (when === undefined || !('at' in when)) return story.note(place, 'A series has the "time" of its first sample');
  const concept = conceptSaid(code, uriOf(at('system')));
  const written = wordOf(at('unit'));
  const unit = unitOf(concept.what, written);
  if (!unit.ok) return story.note(place, unit.problem.message);
  const limits: Partial<SampledData> = {};
  const said: [string, string][] = [
    ['code', 'code'],
    ['system', 'code'],
    ['unit', 'valueSampledData.origin.unit'],
    ['origin', 'valueSampledData.origin.value'],
    ['period', 'valueSampledData.period'],
    ['data', 'valueSampledData.data'],
  ];
  for (const limit of ['factor', 'lowerLimit', 'upperLimit'] as const) {
    const number = numberOf(at(limit));
    if (number === undefined) continue;
    limits[limit] = number;
    said.push([limit, `valueSampledData.${limit}`]);
  }
  const sampled: SampledData = {
    origin: quantity(numberOf(at('origin')) ?? 0, unit.value, written),
    period,
    ...limits,
    dimensions: 1,
    data,
  };
  const type: CodeableConcept = concept.concept(unit.value);
  const name = story.observe({
    code: type,
    key: `series ${concept.key} ${String(period)}`,
    when,
    vital: false,
    body: { valueSampledData: sampled },
  });
  if (name !== undefined) for (const [member, element] of said) leaves.said(at(member), `${name}#${element}`);
}

/** http://hl7.org/fhir/R4/datatypes.html#SampledData: numbers, E (error), L (below), U (above), with one space between. */
function samplesOf({ value }: Place): string | undefined {
  if (typeof value === 'string') return isSampleText(value) ? value : undefined;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (!value.every((one) => typeof one === 'number' || one instanceof Decimal)) return undefined;
  const text = value.map(String).join(' ');
  return /e/i.test(text) ? undefined : text;
}

/** A string of FHIR holds no more. */
const sampleCharactersMax = 1_048_576;
const sample = /(?:-?\d{1,40}(?:\.\d{1,40})?|[EUL])(?: |$)/y;

/** Sample by sample: one expression for all of them overflows the stack where there are many. */
function isSampleText(text: string): boolean {
  if (text === '' || text.length > sampleCharactersMax || text.endsWith(' ')) return false;
  sample.lastIndex = 0;
  while (sample.lastIndex < text.length) if (!sample.test(text)) return false;
  return true;
}
