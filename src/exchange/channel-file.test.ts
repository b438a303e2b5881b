// What a channel's file may say; and that whoever wrote something wrong is told where, and what to write.
import { expect, test } from 'vitest';
import { type ChannelFile, readChannelFile } from './channel-file.ts';
import { channelsOf } from './channels.ts';

function read(json: unknown): { declares: ChannelFile | undefined; said: string[] } {
  const said: string[] = [];
  const declares = readChannelFile(json, (where, says) => said.push(`${where} ${says}`));
  return { declares, said };
}
const inbound = { name: 'adt', format: 'hl7v2', direction: 'in', source: { mllp: { port: 2601 } } };
const outbound = { name: 'lab', format: 'hl7v2', direction: 'out', destination: { mllp: { host: 'lab.example', port: 2575 } } };

test('the least that a channel says', () => {
  expect(read(inbound)).toEqual({ declares: inbound, said: [] });
  expect(read(outbound)).toEqual({ declares: outbound, said: [] });
});

test.each([
  ['a text', 'channel', 'must be an object with name'],
  ['a misspelt member', { ...inbound, fitler: [] }, 'fitler is unknown here; known are name'],
  [
    'a misspelt member below',
    { ...inbound, source: { mllp: { prot: 1 } } },
    'source.mllp.prot is unknown here; known are port, host, tls, mode',
  ],
  ['a port', { ...inbound, source: { mllp: { port: '2575' } } }, 'source.mllp.port must be a whole number from 0 to 65535'],
  ['no source', { ...inbound, source: undefined }, 'source is missing: say where messages come from'],
  [
    'two sources',
    { ...inbound, source: { api: true, folder: { path: '.' } } },
    'source must be an object with exactly one of mllp, folder, api, mqtt, record',
  ],
  ['a zone', { ...inbound, timeZone: 'London' }, 'timeZone must be the IANA name of a zone'],
  ['a place', { ...inbound, filter: [{ path: 'PID.8', is: ['M'] }] }, 'filter[0].path must be a place in the message such as PID-8'],
  [
    'a condition without one',
    { ...inbound, filter: [{ path: 'PID-8' }] },
    'filter[0] must be an object with exactly one of is, not, matches',
  ],
  ['an expression', { ...inbound, filter: [{ path: 'PID-8', matches: '(' }] }, 'filter[0].matches must be a regular expression'],
  ['a value map', { ...inbound, overrides: [{ path: 'PID-8', map: { 1: 2 } }] }, 'overrides[0].map.1 must be a text'],
  ['the delimiters', { ...inbound, overrides: [{ path: 'MSH-2', set: '' }] }, 'overrides[0].path must be a place'],
  ['an address', { ...outbound, destination: { http: { url: 'ftp://x' } } }, 'destination.http.url must be an address such as https'],
  ['a source of another direction', { ...outbound, source: { api: true } }, 'source of an outbound channel is {"record"'],
  ['the record as a source of what comes in', { ...inbound, source: { record: { tells: ['ADT^A01'] } } }, 'source.record is for outbound'],
  [
    'an event that is not told',
    { ...outbound, source: { record: { tells: ['ADT^A99'] } } },
    'source.record.tells[0] must be one of ADT^A13, ADT^A03',
  ],
  ['no event', { ...outbound, source: { record: { tells: [] } } }, 'source.record.tells must name at least one of ADT^A13'],
  [
    'a character set',
    { ...outbound, source: { record: { tells: ['ADT^A01'], characterSet: 'constructor' } } },
    'source.record.characterSet must be a character set of HL7 table 0211',
  ],
  ['no destination', { ...outbound, destination: undefined }, 'destination of an outbound channel must be mllp, folder or http'],
  ['nowhere without routes', { ...inbound, destination: { nowhere: true } }, 'routes are missing'],
  [
    'places of another format',
    { ...inbound, format: 'x12', source: { api: true }, filter: [] },
    'format filters and overrides name places of hl7v2',
  ],
  ['a name', { ...inbound, name: 'Channel 1' }, 'name must be a name of small letters'],
])('%s is told with its place', (_what, json, says) => {
  const { declares, said } = read(json);
  expect(declares).toBeUndefined();
  expect(said.join('\n')).toContain(says);
});

test('channels are checked beside one another', () => {
  const of = (...all: object[]): string[] => {
    const declared = all.map((json, at) => ({ file: `${at}.json`, declares: read(json).declares! }));
    const channels = channelsOf(declared, 'UTC');
    return channels.ok ? [] : [channels.problem.message, ...(channels.problem.also ?? []).map(({ message }) => message)];
  };
  expect(of(inbound, outbound)).toEqual([]);
  expect(of(inbound, inbound)).toEqual([
    '1.json: name "adt" is taken by 0.json; give one of them another name',
    '1.json: source.mllp.port 2601 is taken by 0.json; give one of them another port',
  ]);
  expect(of({ ...inbound, routes: [{ to: 'lba' }] }, outbound)).toEqual(['0.json: routes[0].to names no channel "lba"; known are lab']);
  expect(of({ ...inbound, routes: [{ to: 'adt' }] })).toEqual([
    '0.json: routes[0].to "adt" is inbound; routes lead to outbound channels: there are none',
  ]);
  expect(of(inbound, { ...outbound, source: { record: { tells: ['ADT^A01'], except: ['adt', 'hl7v2'] } } })).toEqual([]);
  expect(of(inbound, { ...outbound, source: { record: { tells: ['ADT^A01'], except: ['lab'] } } })).toEqual([
    '1.json: source.record.except[0] names no inbound channel "lab"; known are adt, hl7v2, ccda, x12, devices, fhir',
  ]);
  expect(of({ ...inbound, name: 'hl7v2' })).toEqual([
    '0.json: name "hl7v2" is the channel that is there by itself; give this one another name',
  ]);
});
