// `system|value` of an identifier straight from a message, before it is taken apart: for queues and duplicates.
import type { Message } from '../tree/message.ts';
import { authorityUri } from './systems.ts';

/** Of the first repetition of a CX field; undefined where it has no value. */
export function cxKeyOf(message: Message, field: string): string | undefined {
  const value = message.get(`${field}.1`);
  if (value === '' || value === '""') return undefined;
  const authority = authorityUri({
    namespace: message.get(`${field}.4.1`),
    universalId: message.get(`${field}.4.2`),
    universalType: message.get(`${field}.4.3`),
  });
  return `${authority ?? ''}|${value}`;
}
