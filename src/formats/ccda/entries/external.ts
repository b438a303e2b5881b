// Documents elsewhere that an entry or the header refers to (CDA R2, ExternalDocument, ParentDocument) → DocumentReference: what it is, and
// where; its content is not at hand.

import { concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { refer } from '../header/people.ts';
import type { Conversion } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { follow, type Row } from '../mapping/rows.ts';
import { childOf, type Element } from '../tree/tree.ts';
import { attachment } from './attachments.ts';

const rows: Row[] = [
  ['id', 'masterIdentifier', identifier],
  ['setId', 'identifier[]', identifier],
  ['code', 'type', concept],
];

export function externalDocument(reference: Element, cx: Conversion): Draft | undefined {
  const from = childOf(reference, 'externalDocument') ?? childOf(reference, 'parentDocument');
  return from === undefined ? undefined : documentElsewhere(from, cx);
}

export function documentElsewhere(from: Element, cx: Conversion): Draft | undefined {
  const draft = cx.known('DocumentReference', 'elsewhere', cx.idOf(from) ?? `${cx.documentKey}${from.start}`);
  follow(rows, from, draft.at(''), cx);
  const text = childOf(from, 'text');
  if (text !== undefined) attachment(text, draft.at('content[0].attachment'), cx);
  if (draft.sayings.length === 0) return undefined;
  if (cx.patient !== undefined) refer(cx.patient, draft.at('subject'));
  return cx.meet(draft);
}
