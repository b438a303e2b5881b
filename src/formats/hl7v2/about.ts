// What is read from a message before it is understood: whom it is from, what it is called, whom it is about (HL7 v2.8, section 2.14.9).
import type { Problem } from '../../fhir/result.ts';
import { cxKeyOf } from './map/key-text.ts';
import { type Message, readMessage } from './tree/message.ts';

export interface Hl7About {
  sender: string;
  controlId: string;
  kind: string;
  keys: string[];
  lane: string;
  fault?: Problem;
}

/** Fields whose first component is a business key as people type it: record numbers, accounts, visits, orders. */
const keyFields = [
  'PID-3',
  'PID-2',
  'PID-4',
  'PID-18',
  'MRG-1',
  'PV1-19',
  'PV1-50',
  'ORC-2',
  'ORC-3',
  'OBR-2',
  'OBR-3',
  'SCH-1',
  'SCH-2',
  'TXA-12',
  'FT1-2',
];

export function aboutHl7v2(raw: Uint8Array): Hl7About {
  return aboutOf(readMessage(raw));
}

export function aboutOf(message: Message): Hl7About {
  const header = message.segment('MSH');
  if (header === undefined) {
    const message =
      'This is no HL7 v2 message: no MSH segment was found at its start. Check that the sender frames each message and begins it with MSH';
    return { sender: '', controlId: '', kind: '', keys: [], lane: '', fault: { kind: 'invalid', message, where: 'MSH-1' } };
  }
  const keys = new Set<string>();
  for (const place of keyFields) {
    const [name = '', field = ''] = place.split('-');
    for (const segment of message.segments) {
      if (segment.name !== name) continue;
      for (const repetition of segment.field(Number(field)).split(message.delimiters.repetition)) {
        const key = message.delimiters.component === '' ? repetition : (repetition.split(message.delimiters.component)[0] ?? '');
        if (key !== '' && key !== '""') keys.add(key);
      }
    }
  }
  const controlId = message.get('MSH-10');
  const type = message.get('MSH-9.1');
  const event = message.get('MSH-9.2');
  return {
    sender: `${message.get('MSH-3.1')}/${message.get('MSH-4.1')}`,
    controlId,
    kind: event === '' ? type : `${type}^${event}`,
    keys: [...keys],
    lane: cxKeyOf(message, 'PID-3') ?? cxKeyOf(message, 'PID-2') ?? controlId,
    ...(type === ''
      ? {
          fault: {
            kind: 'invalid',
            message: 'MSH-9 is empty, so nobody can know what this message says. Fill it at the sender',
            where: 'MSH-9',
          },
        }
      : {}),
  };
}
