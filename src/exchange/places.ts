// Places of an HL7 v2 message as channels name them: without a number in brackets, every segment of the name and every repetition.
import type { Message } from '../formats/hl7v2/tree/message.ts';
import { readPlace } from '../formats/hl7v2/tree/place.ts';

/** The places of the segments that are there, each with its numbers; none where no segment of the name is. */
export function* placesOf(message: Message, path: string): Generator<string> {
  const place = readPlace(path);
  const [head = '', tail = ''] = path.split('-', 2);
  const oneSegment = head.includes('[');
  const oneRepetition = tail.includes('[');
  const below = /\..*$/.exec(tail)?.[0] ?? '';
  let occurrence = 0;
  for (const segment of message.segments) {
    if (segment.name !== place.segment) continue;
    occurrence++;
    if (oneSegment && occurrence !== place.occurrence) continue;
    const { repetition } = message.delimiters;
    const count = oneRepetition || repetition === '' ? 1 : segment.field(place.field).split(repetition).length;
    for (let at = 1; at <= count; at++)
      yield `${place.segment}[${occurrence}]-${place.field}[${oneRepetition ? place.repetition : at}]${below}`;
  }
}
