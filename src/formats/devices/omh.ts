// Open mHealth data points, `{ header, body }`, or a body alone: what is valid by its schema becomes an observation; what is not makes
// none, because half of a measurement that is wrong somewhere is worse than a note.
import type { Decimal } from '../../fhir/decimal.ts';
import type { CodeableConcept, Observation, ObservationComponent } from '../../fhir/generated/types.ts';
import { isMembers, isThere, numberOf, type Place, textOf } from './leaves.ts';
import { measurementOf } from './nomenclature.ts';
import { bodies, byPlace, contexts, length, locations, newest, type OmhBody, omhUcum, postures, statistics } from './omh-words.ts';
import { conceptOf, quantity } from './quantity.ts';
import type { Story, When } from './story.ts';
import { readMoment } from './time.ts';
import { ucumOf } from './units.ts';

interface Valued {
  value: number | Decimal;
  unit?: string;
  places: [value: Place, unit: Place];
}

class Unfit {
  readonly place: Place;
  readonly why: string;
  constructor(place: Place, why: string) {
    this.place = place;
    this.why = why;
  }
}

export const isOmhBody = (at: (name: string) => Place): boolean =>
  Object.keys(bodies).some((name) => isThere(at(name))) || isThere(at('systolic_blood_pressure')) || isThere(at('activity_name'));

export function* tellOmh(story: Story): Generator<undefined, void> {
  yield;
  const { leaves } = story;
  const header = leaves.at(leaves.root, 'header');
  const enveloped = isThere(leaves.at(leaves.root, 'body'));
  const body = enveloped ? leaves.at(leaves.root, 'body') : leaves.root;
  const at = (name: string): Place => leaves.at(body, name);
  for (const name of ['id', 'uuid']) leaves.structural(leaves.at(header, name));
  for (const name of ['namespace', 'name', 'version', 'url']) leaves.structural(leaves.at(header, 'schema_id', name));
  const user = textOf(leaves.at(header, 'user_id'));
  if (user !== undefined && !isThere(leaves.at(leaves.root, 'patient')))
    story.patientNamed(undefined, user, [leaves.at(header, 'user_id')]);
  story.clock(leaves.at(header, 'creation_date_time'), { value: undefined, path: '/clock' });
  const schema = textOf(leaves.at(header, 'schema_id', 'name'));
  const version = Number.parseInt(textOf(leaves.at(header, 'schema_id', 'version')) ?? String(newest), 10);
  try {
    if (!isMembers(body)) throw new Unfit(body, 'The body of a data point is an object');
    if (isThere(at('activity_name')) && schema !== 'calories-burned') return activity(story, at, version);
    if (isThere(at('systolic_blood_pressure')) || isThere(at('diastolic_blood_pressure'))) return pressure(story, at, version);
    const found = Object.entries(bodies).find(([name]) => isThere(at(name)));
    if (found === undefined) throw new Unfit(body, 'The body says nothing that is known by the schemas of Open mHealth that are read here');
    single(story, at, found[0], found[1], version);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    story.note(error.place, error.why);
    if (error.place.path !== body.path) leaves.why(body, 'The body is not valid by its schema, so none of it is told');
  }
}

type At = (name: string) => Place;

function single(story: Story, at: At, name: string, body: OmhBody, version: number): void {
  const valued = measured(story, at(name), body.units, name === 'step_count' && version < 3);
  const around = contextOf(story, at, name);
  const specimen = around.specimen === undefined ? undefined : byPlace['blood_glucose']?.[around.specimen];
  const site = name === 'body_temperature' && around.site !== undefined ? byPlace[name]?.[around.site] : undefined;
  const byOximetry = name === 'oxygen_saturation' && isThere(at('measurement_method')) ? '150456' : undefined;
  const what = measurementOf(specimen ?? site ?? byOximetry ?? body.measurement);
  const unit = valued.unit === undefined ? what?.units[0] : (omhUcum[valued.unit] ?? ucumOf(valued.unit));
  const when = timeOf(story, at('effective_time_frame'), body, version);
  const flow = at('supplemental_oxygen_flow_rate');
  const components = [...around.components];
  let flowed: Valued | undefined;
  if (isThere(flow)) {
    flowed = measured(story, flow, ['L/min'], false);
    components.unshift({
      code: conceptOf(measurementOf('OXYGEN_FLOW')!).concept('L/min'),
      valueQuantity: quantity(flowed.value, 'L/min', 'L/min'),
    });
  }
  const observation = story.observe({
    code: what === undefined ? { text: `Glucose in ${around.specimen ?? 'another specimen'}` } : conceptOf(what).concept(unit),
    key: `${name} ${around.key} ${around.specimen ?? ''} ${around.site ?? ''}`,
    when,
    vital: what?.vital === true,
    body: {
      valueQuantity: quantity(valued.value, unit, valued.unit),
      ...around.body,
      ...(components.length === 0 ? {} : { component: components }),
    },
  });
  if (observation === undefined) return;
  saidValue(story, valued, `${observation}#valueQuantity`);
  if (flowed !== undefined) saidValue(story, flowed, `${observation}#component[0].valueQuantity`);
  around.said(observation, flowed === undefined ? 0 : 1);
}

function pressure(story: Story, at: At, version: number): void {
  const parts = (['systolic', 'diastolic'] as const).map((part) => measured(story, at(`${part}_blood_pressure`), ['mmHg'], false));
  const around = contextOf(story, at, 'blood_pressure');
  const when = timeOf(story, at('effective_time_frame'), { measurement: '', units: [], timeFrom: 3, ieeeFrom: 4 }, version);
  const component = parts.map((part, index): ObservationComponent => {
    const what = measurementOf(index === 0 ? '150021' : '150022')!;
    return { code: conceptOf(what).concept('mm[Hg]'), valueQuantity: quantity(part.value, 'mm[Hg]', part.unit) };
  });
  const observation = story.observe({
    code: conceptOf(measurementOf('150020')!).concept(undefined),
    key: `150020+150021+150022 ${around.key}`,
    when,
    vital: true,
    body: { ...around.body, component: [...component, ...around.components] },
  });
  if (observation === undefined) return;
  for (const [index, part] of parts.entries()) saidValue(story, part, `${observation}#component[${index}].valueQuantity`);
  around.said(observation, 2);
}

function activity(story: Story, at: At, version: number): void {
  const name = textOf(at('activity_name'));
  if (name === undefined) throw new Unfit(at('activity_name'), 'The name of an activity is a text');
  const parts = [
    { member: 'distance', what: 'DISTANCE', units: length },
    { member: 'kcal_burned', what: 'ENERGY', units: ['kcal'] },
  ].flatMap(({ member, what, units }) =>
    isThere(at(member)) ? [{ what: measurementOf(what)!, valued: measured(story, at(member), units, false) }] : [],
  );
  const met = at('met_value');
  const metValue = numberOf(met);
  if (isThere(met) && metValue === undefined) throw new Unfit(met, 'met_value is a number');
  const intensity = wordIn(at('reported_activity_intensity'), ['light', 'moderate', 'vigorous']);
  const when = timeOf(story, at('effective_time_frame'), { measurement: '', units: [], timeFrom: 9 }, version);
  const component: ObservationComponent[] = parts.map(({ what, valued }) => {
    const unit = ucumOf(valued.unit ?? '');
    return { code: conceptOf(what).concept(unit), valueQuantity: quantity(valued.value, unit, valued.unit) };
  });
  const elements: [Place, string][] = [[at('activity_name'), 'valueCodeableConcept.text']];
  for (const [index, { valued }] of parts.entries())
    elements.push(
      [valued.places[0], `component[${index}].valueQuantity.value`],
      [valued.places[1], `component[${index}].valueQuantity.unit`],
    );
  if (metValue !== undefined) {
    elements.push([met, `component[${component.length}].valueQuantity.value`]);
    component.push({ code: { text: 'Metabolic equivalent' }, valueQuantity: { value: metValue } });
  }
  if (intensity !== undefined) {
    elements.push([at('reported_activity_intensity'), `component[${component.length}].valueString`]);
    component.push({ code: { text: 'Reported intensity' }, valueString: intensity });
  }
  const observation = story.observe({
    code: { coding: [{ system: 'http://loinc.org', code: '73985-4' }], text: 'Exercise activity' },
    key: `activity ${name}`,
    when,
    vital: false,
    body: { valueCodeableConcept: { text: name }, ...(component.length === 0 ? {} : { component }) },
  });
  if (observation !== undefined) for (const [place, element] of elements) story.leaves.said(place, `${observation}#${element}`);
}

function saidValue(story: Story, { places }: Valued, element: string): void {
  story.leaves.said(places[0], `${element}.value`);
  story.leaves.said(places[1], `${element}.unit`);
}

function measured(story: Story, place: Place, units: readonly string[], plain: boolean): Valued {
  if (plain) {
    const value = numberOf(place);
    if (value === undefined) throw new Unfit(place, 'This is a number');
    return { value, places: [place, place] };
  }
  const [valueAt, unitAt] = [story.leaves.at(place, 'value'), story.leaves.at(place, 'unit')];
  const [value, unit] = [numberOf(valueAt), textOf(unitAt)];
  if (value === undefined) throw new Unfit(isMembers(place) ? valueAt : place, 'A measurement is { "value": a number, "unit": … }');
  if (unit === undefined || !units.includes(unit)) throw new Unfit(unitAt, `The unit is one of ${units.join(', ')}`);
  return { value, unit, places: [valueAt, unitAt] };
}

function wordIn(place: Place, words: readonly string[]): string | undefined {
  if (!isThere(place)) return undefined;
  const word = textOf(place);
  if (word === undefined || !words.includes(word)) throw new Unfit(place, `This is one of: ${words.join(', ')}`);
  return word;
}

interface Around {
  body: Partial<Observation>;
  components: ObservationComponent[];
  /** Distinguishes a minimum from a maximum of the same time. */
  key: string;
  specimen?: string;
  site?: string;
  said(observation: string, componentsBefore: number): void;
}

const bodyPosition = 'http://hl7.org/fhir/StructureDefinition/observation-bodyPosition';

function contextOf(story: Story, at: At, name: string): Around {
  const body: Partial<Observation> = {};
  const components: ObservationComponent[] = [];
  const elements: [Place, string | ((before: number) => string)][] = [];
  const statistic = wordIn(at('descriptive_statistic'), Object.keys(statistics));
  if (statistic !== undefined) {
    const coding = { system: 'http://terminology.hl7.org/CodeSystem/observation-statistics', code: statistics[statistic] ?? statistic };
    body.method = { coding: [coding], text: statistic };
    elements.push([at('descriptive_statistic'), 'method.text']);
  }
  for (const member of ['body_posture', 'position_during_measurement']) {
    const posture = wordIn(at(member), postures);
    if (posture === undefined) continue;
    const value: CodeableConcept = { text: posture };
    body.extension = [{ url: bodyPosition, valueCodeableConcept: value }];
    elements.push([at(member), 'extension']);
  }
  const site = wordIn(at('measurement_location'), name === 'body_temperature' ? locations.temperature : locations.body);
  if (site !== undefined) {
    body.bodySite = { text: site };
    elements.push([at('measurement_location'), 'bodySite.text']);
  }
  let specimen: string | undefined;
  for (const member of ['specimen_source', 'blood_specimen_type']) {
    const word = wordIn(at(member), Object.keys(byPlace['blood_glucose'] ?? {}));
    if (word === undefined) continue;
    specimen = word;
    elements.push([at(member), 'code']);
  }
  for (const [member, words] of Object.entries(contexts)) {
    const word = wordIn(at(member), words);
    if (word === undefined) continue;
    const index = components.length;
    components.push({ code: { text: member.replaceAll('_', ' ') }, valueString: word });
    elements.push([at(member), (before) => `component[${before + index}].valueString`]);
  }
  const notes = textOf(at('user_notes'));
  if (isThere(at('user_notes')) && notes === undefined) throw new Unfit(at('user_notes'), 'Notes are a text');
  if (notes !== undefined) {
    body.note = [{ text: notes }];
    elements.push([at('user_notes'), 'note[0].text']);
  }
  const activityName = at('activity_name');
  const activity = textOf(activityName);
  if (activity !== undefined) {
    const index = components.length;
    components.push({ code: { text: 'activity name' }, valueString: activity });
    elements.push([activityName, (before) => `component[${before + index}].valueString`]);
  }
  return {
    body,
    components,
    key: `${statistic ?? ''} ${activity ?? ''}`,
    ...(specimen === undefined ? {} : { specimen }),
    ...(site === undefined ? {} : { site }),
    said(observation, before) {
      for (const [place, element] of elements)
        story.leaves.said(place, `${observation}#${typeof element === 'string' ? element : element(before)}`);
    },
  };
}

/** Milliseconds of a duration; months and years have no length of their own. */
const unitMs: Readonly<Record<string, number>> = { ms: 1, sec: 1000, min: 60_000, h: 3600_000, d: 86_400_000, wk: 604_800_000 };
const withOffset = /(Z|[+-]\d{2}:\d{2})$/i;

function timeOf(story: Story, place: Place, { timeFrom, intervalFrom, ieeeFrom }: OmhBody, version: number): When {
  const { leaves } = story;
  const moment = (at: Place): string => {
    const text = textOf(at);
    const read = text !== undefined && withOffset.test(text) && text.charAt(10) === 'T' ? readMoment(text, 'UTC') : undefined;
    if (read === undefined) throw new Unfit(at, 'A moment is written as 2026-07-01T12:00:00Z, with its offset');
    return read;
  };
  if (!isThere(place)) {
    if (version >= timeFrom) throw new Unfit(place, 'effective_time_frame says when this was measured; it is missing');
    return { places: [] };
  }
  const [point, interval] = [leaves.at(place, 'date_time'), leaves.at(place, 'time_interval')];
  if (isThere(point) === isThere(interval)) throw new Unfit(place, 'A time frame has either date_time or time_interval');
  if (isThere(point)) {
    if (intervalFrom !== undefined && version >= intervalFrom) throw new Unfit(place, 'This is measured over time: give a time_interval');
    return { at: moment(point), place: point };
  }
  const [startAt, endAt, lasting] = ['start_date_time', 'end_date_time', 'duration'].map((name) => leaves.at(interval, name)) as [
    Place,
    Place,
    Place,
  ];
  const date = textOf(leaves.at(interval, 'date'));
  const part = leaves.at(interval, 'part_of_day');
  if (date !== undefined && isThere(part) && !(ieeeFrom !== undefined && version >= ieeeFrom)) {
    wordIn(part, ['morning', 'afternoon', 'evening', 'night']);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || readMoment(`${date}T00:00:00Z`, 'UTC') === undefined)
      throw new Unfit(leaves.at(interval, 'date'), 'A date is written as 2026-07-01');
    leaves.why(part, 'FHIR knows a date, not a part of a day');
    return { at: date, place: leaves.at(interval, 'date'), part: textOf(part) ?? '' };
  }
  const [start, end] = [isThere(startAt) ? moment(startAt) : undefined, isThere(endAt) ? moment(endAt) : undefined];
  if (start !== undefined && end !== undefined) return { start, end, places: [startAt, endAt] };
  if (!isThere(lasting) || (start === undefined && end === undefined))
    throw new Unfit(interval, 'An interval has two of start_date_time, end_date_time and duration');
  const { value, unit, places } = measured(story, lasting, Object.keys(unitMs).concat('ps', 'ns', 'us', 'Mo', 'yr'), false);
  const ms = unitMs[unit ?? ''];
  if (ms === undefined || !Number.isFinite(Number(value)))
    return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }), places: [startAt, endAt] };
  const length = Number(value) * ms;
  if (!(Math.abs(length) < 1e13)) throw new Unfit(lasting, 'This is longer than anything is measured');
  const other = (from: string, shift: number): string => shiftedText(from, shift);
  return start === undefined
    ? { start: other(end ?? '', -length), end, places: [endAt, ...places] }
    : { start, end: other(start, length), places: [startAt, ...places] };
}

const shiftedText = (moment: string, ms: number): string => new Date(Date.parse(moment) + Math.round(ms)).toISOString();
