// A Bluetooth measurement as a phone or gateway hands it on: `{ "gatt": { "characteristic": "2A18", "bytes": "hexadecimal" } }` in the
// envelope of devices.
import type { ObservationComponent } from '../../fhir/generated/types.ts';
import { type GattReading, gattNames, readGatt } from './gatt-bytes.ts';
import { isThere, textOf, wordOf } from './leaves.ts';
import { measurementOf } from './nomenclature.ts';
import { absences, absent, conceptOf, quantity } from './quantity.ts';
import type { Story, When } from './story.ts';
import { readMoment } from './time.ts';

export function* tellGatt(story: Story): Generator<undefined, void> {
  yield;
  const { leaves } = story;
  const place = leaves.at(leaves.root, 'gatt');
  const [nameAt, bytesAt] = [leaves.at(place, 'characteristic'), leaves.at(place, 'bytes')];
  const [name, hex] = [wordOf(nameAt), textOf(bytesAt)];
  if (name === undefined || hex === undefined || !/^([0-9a-f]{2}){1,512}$/i.test(hex))
    return story.note(place, 'A GATT payload has "characteristic", such as 2A18, and "bytes" in hexadecimal');
  const read = readGatt(name, Buffer.from(hex, 'hex'));
  if (read === undefined) return story.note(nameAt, `This characteristic is not known; those that are: ${gattNames.join(', ')}`);
  if (read === 'short') return story.note(bytesAt, 'The bytes end before the measurement does; none of it is told');
  if (read.refused !== undefined) return story.note(bytesAt, read.refused);
  const when = whenOf(story, read.at);
  if (when === undefined) return story.note(bytesAt, 'Neither the bytes nor the message say when this was measured: give it a "time"');
  const inPanel = (reading: GattReading): boolean => read.panel !== undefined && reading.code.startsWith('15002');
  const body = {
    ...(read.site === undefined ? {} : { bodySite: { text: read.site } }),
    ...(read.notes.length === 0 ? {} : { note: [{ text: read.notes.join('; ') }] }),
  };
  const said = (observation: string | undefined, elements: readonly string[]): void => {
    if (observation === undefined) return;
    leaves.said(nameAt, `${observation}#code`);
    for (const element of elements) leaves.said(bytesAt, `${observation}#${element}`);
  };
  const parts = read.readings.filter(inPanel);
  const panel = read.panel === undefined ? undefined : measurementOf(read.panel);
  if (panel !== undefined && parts.length > 0) {
    const observation = story.observe({
      code: conceptOf(panel).concept(undefined),
      key: [panel.mdc, ...parts.map(({ code }) => code)].join('+'),
      when,
      vital: true,
      body: { ...body, component: parts.flatMap(componentOf) },
    });
    said(
      observation,
      parts.map((_part, index) => `component[${index}]`),
    );
  }
  for (const reading of read.readings) {
    const what = measurementOf(reading.code);
    if (what === undefined || inPanel(reading)) continue;
    const concept = conceptOf(what);
    const observation = story.observe({
      code: concept.concept(reading.unit),
      key: concept.key,
      when,
      vital: what.vital === true,
      body: { ...body, ...saidBy(reading) },
    });
    said(observation, ['absent' in reading.value ? 'dataAbsentReason' : 'valueQuantity']);
  }
}

const saidBy = ({ value, unit }: GattReading) =>
  'absent' in value
    ? { dataAbsentReason: absent(absences[value.absent] ?? 'error') }
    : { valueQuantity: quantity(value.value, unit, undefined) };

function componentOf(reading: GattReading): ObservationComponent[] {
  const what = measurementOf(reading.code);
  return what === undefined ? [] : [{ code: conceptOf(what).concept(reading.unit), ...saidBy(reading) }];
}

/** The device's own clock, in the zone of the channel; without one, when the message says that it was, or was sent. */
function whenOf(story: Story, own: string | undefined): When | undefined {
  const { leaves, context } = story;
  const bytesAt = leaves.at(leaves.root, 'gatt', 'bytes');
  const at = readMoment(own, context.timeZone);
  if (at !== undefined) return { at, place: bytesAt };
  for (const name of ['time', 'clock', 'sent']) {
    const place = leaves.at(leaves.root, name);
    const moment = isThere(place) ? story.moment(place) : undefined;
    // What was sent by a right clock needs no correction; what the device's clock said at that moment is corrected to the same.
    if (moment !== undefined && !(name === 'sent' && isThere(leaves.at(leaves.root, 'clock')))) return { at: moment, place };
  }
  return undefined;
}
