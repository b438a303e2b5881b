// A message in the character set that its receiver reads (MSH-18, HL7 table 0211). What that set has no letter for would be lost: such
// a message goes out in UTF-8 and says so.
import { charsetNamed, decode, encode } from './tree/charset.ts';
import { type Message, readMessage } from './tree/message.ts';

/** Of a message in UTF-8. */
export function inCharset(message: Message, name: string): Message {
  const charset = charsetNamed(name);
  if (charset === undefined || charset === 'utf-8') return message;
  const before = message.get('MSH-18');
  message.set('MSH-18', name);
  const text = message.text();
  const bytes = encode(text, charset);
  const fits = name === 'ASCII' ? !/[^\0-\x7f]/.test(text) : decode(bytes).text === text;
  if (fits) return readMessage(bytes);
  message.set('MSH-18', before);
  return message;
}

export const isCharset = (name: string): boolean => charsetNamed(name) !== undefined;
