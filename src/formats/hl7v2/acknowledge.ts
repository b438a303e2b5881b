// The answer to a message (HL7 v2.8, chapter 2, sections 2.9.2 and 2.9.3): MSA says what became of it, ERR what is wrong and where.
// It is made from the message and the moment of its first arrival alone, so the same message gets the same answer every time.
import { namedUuid } from '../../methods/named-uuid.ts';
import { usualDelimiters } from './tree/delimiters.ts';
import { escapeText } from './tree/escape.ts';
import type { Message } from './tree/message.ts';

/** HL7 table 0008: accepted, error, rejected; C… where only the receipt is acknowledged (enhanced mode). */
export type AcknowledgmentCode = 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR';

export interface Outcome {
  code: AcknowledgmentCode;
  /** Why, where it is not accepted. Sentences for the engineer on the other side; never what the message says of a patient. */
  problem?: { message: string; where?: string };
  /** When this message was first received. */
  receivedAt: Date;
  /** Name of this system, for MSH-3 where the message did not say whom it is for. */
  application: string;
}

const digits = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}+0000`;

/** Text with CR after each segment, in the message's own delimiters. */
export function acknowledge(message: Message, { code, problem, receivedAt, application }: Outcome): string {
  const delimiters = message.segments.length === 0 ? usualDelimiters : message.delimiters;
  const { field, component, repetition, subcomponent } = delimiters;
  const header = message.segment('MSH');
  const raw = (number: number): string => header?.field(number) ?? '';
  const controlId = message.get('MSH-10');
  const text = (value: string): string => escapeText(value, delimiters);
  const event = message.raw('MSH-9.2');
  const own = namedUuid('acknowledgment', code, controlId, raw(3), raw(4), receivedAt.toISOString())
    .replaceAll('-', '')
    .slice(0, 20)
    .toUpperCase();
  const msh = [
    `MSH${field}${component}${repetition}${delimiters.escape}${subcomponent}`,
    raw(5) || text(application),
    raw(6),
    raw(3),
    raw(4),
    digits(receivedAt),
    '',
    event === '' ? 'ACK' : ['ACK', event, 'ACK'].join(component),
    own,
    raw(11) || 'P',
    raw(12) || '2.5.1',
  ];
  const charset = raw(18);
  if (charset !== '') msh.push('', '', '', '', '', charset);
  const old = /^2\.[1-4]/.test(raw(12));
  const msa = ['MSA', code, raw(10)];
  if (problem !== undefined) msa.push(text(problem.message).slice(0, old ? 80 : 250));
  const segments = [msh.join(field), msa.join(field)];
  if (problem !== undefined && !old) {
    const place = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?-(\d+)(?:\[(\d+)\])?(?:\.(\d+))?(?:\.(\d+))?$/.exec(problem.where ?? '');
    const where =
      place === null
        ? ''
        : [place[1], place[2] ?? '1', place[3], place[4] ?? '1', place[5] ?? '', place[6] ?? ''].join(component).replace(/\^+$/, '');
    const kind = code === 'AR' || code === 'CR' ? ['200', 'Unsupported message type', 'HL70357'] : ['207', 'Application error', 'HL70357'];
    segments.push(['ERR', '', where, kind.join(component), 'E', '', '', '', text(problem.message)].join(field));
  }
  return `${segments.join('\r')}\r`;
}
