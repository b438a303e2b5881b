// HL7 v2 (2.1 to 2.8.2) as a format like the others.
import type { Format } from '../contract.ts';
import { restore } from './restore.ts';
import { tell } from './to-fhir.ts';
import { type Message, readMessage } from './tree/message.ts';

export const hl7v2: Format<Message> = {
  name: 'hl7v2',
  read: readMessage,
  write: (message) => message.write(),
  toFhir: (message, context) => tell(message, context).translation,
  restore,
};
