// Bytes in a document: observationMedia and ED with base64 → Media, nonXMLBody → the attachment of the DocumentReference; to the byte
// as they were sent (CDA R2, 4.3.6 and 4.3.1.1).

import { refer } from '../header/people.ts';
import type { Conversion } from '../mapping/conversion.ts';
import type { Draft, Place } from '../mapping/draft.ts';
import { childOf, type Element, leafOf, textsOf } from '../tree/tree.ts';

/** What R4 takes for a media type. */
const mediaType = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+$/;

const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** The data of an ED as an Attachment; text that is no base64 becomes its bytes in UTF-8. False where there is none. */
export function attachment(from: Element, at: Place, cx: Conversion): boolean {
  const texts = textsOf(from);
  const type = cx.value(from, 'mediaType');
  const [leaf] = texts;
  const reference = childOf(from, 'reference');
  const address = cx.value(reference, 'value');
  if (leaf !== undefined && texts.length === 1) {
    const text = cx.text(leaf);
    const bytes = cx.value(from, 'representation') === 'B64';
    if (bytes && (!base64.test(text) || text.replace(/\s+/g, '').length % 4 !== 0)) {
      cx.note('An attachment is no base64: it is kept as it is', from);
      return false;
    }
    if (bytes) at.at('data').say(leaf, text.replace(/\s+/g, ''), (now) => (typeof now === 'string' ? now : ''));
    else
      at.at('data').say(leaf, Buffer.from(text, 'utf8').toString('base64'), (now) =>
        typeof now === 'string' ? Buffer.from(now, 'base64').toString('utf8') : '',
      );
  } else if (address !== undefined && !address.startsWith('#')) {
    at.at('url').say(leafOf(reference, 'value'), address);
  } else return false;
  if (type !== undefined && mediaType.test(type)) at.at('contentType').say(leafOf(from, 'mediaType'), type);
  else at.at('contentType').set(cx.value(from, 'representation') === 'B64' ? 'application/octet-stream' : 'text/plain');
  const marking = leafOf(from, 'representation');
  if (marking !== undefined) cx.structural.add(marking);
  const language = cx.value(from, 'language');
  if (language !== undefined && /^[a-z]{2}(-[A-Z]{2})?$/.test(language)) at.at('language').say(leafOf(from, 'language'), language);
  return true;
}

export function media(from: Element, cx: Conversion): Draft | undefined {
  const draft = cx.draft('Media', from, 'media');
  if (!attachment(from, draft.at('content'), cx)) return undefined;
  draft.how = 'whole';
  draft.at('status').set('completed');
  if (cx.patient !== undefined) refer(cx.patient, draft.at('subject'));
  return cx.add(draft);
}
