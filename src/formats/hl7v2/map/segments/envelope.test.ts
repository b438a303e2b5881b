// Given this message, the conversion shows this of its sending, and none of it is for the record.
import { expect, test } from 'vitest';
import { told } from '../../testing/lines-told.ts';

const text =
  'MSH|^~\\&|APP^1.2.3^ISO|FAC^1.2.4^ISO|DEST|THERE|20260301120000||ADT^A01^ADT_A01|C1|P|2.5.1|||AL|NE|GB||en\nSFT|Maker^L|4.2|Product|77\nEVN|A01|20260301115900|||7^Doe^Jane\nPID|||1^^^A';

test('MessageHeader says what happened, where from and where to', () => {
  const { the, became } = told(text);
  expect(the('MessageHeader')).toMatchObject({
    eventCoding: { system: 'http://terminology.hl7.org/CodeSystem/v2-0003', code: 'A01' },
    source: { name: 'APP', endpoint: 'urn:oid:1.2.3', software: 'Product', version: '4.2' },
    destination: [{ name: 'DEST' }],
    language: 'en',
  });
  expect(the('MessageHeader').destination?.[0]?._endpoint?.extension?.[0]?.valueCode).toBe('unknown');
  expect(became('MSH-15')).toBe('structural');
  expect(became('MSH-10')).toEqual(['Provenance.entity[0].what.identifier.value']);
});

test('who did it and when is Provenance', () => {
  const [, happened] = told(text).all('Provenance');
  expect(happened).toMatchObject({ recorded: '2026-03-01T11:59:00+00:00', activity: { coding: [{ code: 'A01' }] } });
});

test('all of it is envelope, and the patient is not', () => {
  const { translation } = told(text);
  const kinds = translation.resources.map(({ resource, how }) => `${resource.resourceType} ${how}`);
  expect(kinds.filter((kind) => !kind.endsWith('envelope'))).toEqual(['Patient merge']);
});

test('a doctor whom the visit names as well is no longer of the envelope alone', () => {
  expect(told(`${text}\nPV1|1|I|||||7^Doe^Jane`).said('Practitioner').how).toBe('refer');
});

test('an address in the network that is no text names no device', () => {
  const message = told('MSH|^~\\&|APP|FAC|EHR||20260301||ADT^A08|C1|P|2.8||||||||||||\\X00\\|\\X00\\');
  expect(message.all('Device').map(({ deviceName }) => deviceName)).toEqual([undefined, undefined]);
});
