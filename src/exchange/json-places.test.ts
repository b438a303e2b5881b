// A maker's quirks mended on a copy of a device's payload: what is read is what was meant, the ledger is of what came.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { slices } from '../record/slices.ts';
import { readChannelFile } from './channel-file.ts';
import { channelOf } from './channels.ts';
import { readBy } from './translate.ts';

const declares = readChannelFile(JSON.parse(readFileSync('examples/channels/ward-monitors.json', 'utf8')), (where, says) => {
  throw new Error(`${where} ${says}`);
});
if (declares === undefined) throw new Error('no channel');
const channel = channelOf(declares, 'UTC');
const payload = {
  patient: { value: '7' },
  time: '2026-07-01T12:00:00',
  values: [
    { code: 'SPO2', value: 97.0, unit: 'percent' },
    { code: 'x', value: 1 },
  ],
};
const read = (json: unknown) =>
  readBy(
    channel,
    { raw: Buffer.from(JSON.stringify(json)), format: 'devices', kind: 'observations', sender: 'm', received: new Date(0) },
    slices(),
  );

test('codes, units and systems are mended, and the ledger has the text that came', async () => {
  const done = await read(payload);
  if (!done.ok || done.value.kind !== 'read' || done.value.translation === undefined) throw new Error('not read');
  const { resources, ledger } = done.value.translation;
  expect(resources.map(({ resource }) => resource)).toContainEqual(
    expect.objectContaining({ resourceType: 'Patient', identifier: [{ system: 'http://north.example.org/mrn', value: '7' }] }),
  );
  expect(resources.map(({ resource }) => resource)).toContainEqual(
    expect.objectContaining({ effectiveDateTime: '2026-07-01T12:00:00+02:00', valueQuantity: expect.objectContaining({ code: '%' }) }),
  );
  expect(ledger.find(({ path }) => path === '/values/0/code')).toMatchObject({ text: '"SPO2"', state: 'mapped' });
  expect(ledger.find(({ path }) => path === '/values/1/code')).toMatchObject({ text: '"x"' });
  // What the channel added did not come.
  expect(ledger.some(({ path }) => path === '/patient/system')).toBe(false);
});

test('what the filter names is left out', async () => {
  expect(await read({ ...payload, device: { model: 'SIMULATOR' } })).toMatchObject({ ok: true, value: { kind: 'left-out' } });
  expect(await read({ ...payload, device: { model: 'X' } })).toMatchObject({ ok: true, value: { kind: 'read' } });
});

test.each([
  ['a place of HL7 v2', { overrides: [{ path: 'PID-8', remove: true }] }, 'PID-8 is for hl7v2'],
  ['a topic', { source: { mqtt: { topic: 'a/b+/c' } } }, 'source.mqtt.topic must be a topic'],
  ['a device that no level names', { source: { mqtt: { topic: 'a/b' } } }, 'source.mqtt.device is missing'],
  ['a level that is not there', { source: { mqtt: { topic: 'a/#', device: 2 } } }, 'source.mqtt.device must be a level'],
])('%s is told with its place', (_what, more, says) => {
  const said: string[] = [];
  readChannelFile({ name: 'x', format: 'devices', direction: 'in', source: { api: true }, ...more }, (where, what) =>
    said.push(`${where} ${what}`),
  );
  expect(said.join('\n')).toContain(says);
});
