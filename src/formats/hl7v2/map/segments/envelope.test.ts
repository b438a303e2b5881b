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

const answer = (version: string, rest: string) => told(`MSH|^~\\&|LAB|FAC|EHR|FAC|20260301120000||ACK^R01|C2|P|${version}\n${rest}`);

test('what is wrong with a message that was answered is an OperationOutcome of the response', () => {
  const { the, translation } = answer(
    '2.5.1',
    'MSA|AE|C1|Not stored\nERR||PID^1^5^1^2|101^Required field missing^HL70357|E|||line 4|Enter a name\nERR||OBX^2|103^Table value not found^HL70357|W',
  );
  expect(the('MessageHeader').response).toMatchObject({
    identifier: 'C1',
    code: 'transient-error',
    details: { reference: `OperationOutcome/${the('OperationOutcome').id}` },
  });
  expect(the('OperationOutcome').issue).toMatchObject([
    { severity: 'error', code: 'processing', details: { text: 'Not stored' } },
    {
      severity: 'error',
      details: { coding: [{ code: '101', system: 'http://terminology.hl7.org/CodeSystem/v2-0357' }], text: 'Enter a name' },
      diagnostics: 'line 4',
      location: ['PID^1^5^1^2'],
    },
    { severity: 'warning', location: ['OBX^2'] },
  ]);
  expect(translation.ledger.filter(({ state }) => state === 'kept')).toEqual([]);
});

test('the error of a message before 2.5 stands in one field', () => {
  const { the, became } = answer('2.3', 'MSA|AR|C1\nERR|PID^1^8^103&Table value not found&HL70357');
  expect(the('OperationOutcome').issue).toMatchObject([
    { severity: 'error', location: ['PID', '1', '8'], details: { coding: [{ code: '103', display: 'Table value not found' }] } },
  ]);
  expect(became('ERR-1.4.2')).toEqual(['OperationOutcome.issue[0].details.coding[0].display']);
});

test('an answer that says nothing has no outcome', () => {
  expect(answer('2.5.1', 'MSA|AA|C1').all('OperationOutcome')).toEqual([]);
});
