// A new transaction from resources alone, with no file that they came from.
import type { Resource } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { enveloped } from './envelope.ts';
import { contextOf } from './heard.ts';
import { maps } from './maps/index.ts';
import { Speaker, type Wish } from './speak.ts';
import { type TransactionKind, transactions } from './transactions.ts';
import type { Document } from './tree.ts';

/**
 * The transaction of that kind that says what these resources say; hand in all that they refer to. `invalid` or `unsupported` names the
 * element that is in the way. Delimiters are chosen so that no value holds one.
 */
export function fromFhir(resources: readonly Resource[], wish: Wish): Result<Document> {
  const kind = wish.kind;
  const map = maps[kind];
  if (map === undefined) return fail('unsupported', `Ask for one of ${Object.keys(maps).join(', ')}: there is no way from FHIR to ${kind}`);
  const planned = map.plan(resources, wish);
  if (!planned.ok) return planned;
  const speaker = new Speaker(map.loops, contextOf(wish.sender.id, wish.timeZone, 'USD'));
  const { group, guide } = transactions[kind];
  const made = enveloped({ group, guide, set: setOf(kind), transactions: [speaker.loops(planned.value)] }, wish);
  return made.ok ? ok(made.value) : made;
}

const setOf = (kind: TransactionKind): string => kind.slice(0, 3);
