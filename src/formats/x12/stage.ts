// Walks the loops of one transaction: opens what a loop speaks of, then hears its segments. What a transaction set means stands in
// its own file, as one `TransactionMap`.

import type { Resource } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import type { Result } from '../../fhir/result.ts';
import type { TranslationContext } from '../contract.ts';
import { type CodecContext, date, dateTime } from './codec.ts';
import { hearSegment } from './hear.ts';
import { contextOf, type Heard, join, type Place, type Roles } from './heard.ts';
import type { Leaves } from './leaves.ts';
import type { Loop } from './loops.ts';
import { getAt, type Node, setAt } from './node.ts';
import type { OutLoop, Wish } from './speak.ts';
import type { LoopMap, Spec } from './spec.ts';
import type { Transaction } from './transaction-list.ts';
import type { Segment } from './tree.ts';

/** What a loop has at hand while it is opened. */
export interface Stage {
  loop: Loop;
  roles: Roles;
  heard: Heard;
  codecs: CodecContext;
  context: TranslationContext;
  transaction: Transaction;
  /** Text of an element of the loop's first segment of that tag: `text('NM1-09')`; of a component: `text('CLM-05.1')`. */
  text(at: string): string;
  /** The same stage looking at the first segment of its loop of this tag whose first element is one of these, as if it were alone. */
  at(tag: string, ...values: string[]): Stage | undefined;
  /** The first loop of that name inside this one, to look into before it is opened; itself where there is none. */
  peek(id: string): Stage;
  /** What the whole transaction has in common. */
  shared: Shared;
  /** Unique in all the sender ever sent, as far as the control numbers say: for what has no identifier of its own. */
  here: string[];
  /** Gives the loop, what is inside it and what follows beside it a thing to speak of. */
  is(role: string, place: Place): Place;
  /** Called when the whole transaction has been heard. */
  later(act: () => void): void;
}

export interface Shared {
  /** What the transaction is about: its claims, requests, answers. */
  subjects: Place[];
  /** BHT-04. */
  created: string;
  /** BHT-04 and BHT-05 as an instant, where the transaction asks for it. */
  sent?: string;
  /** Claims: the coverage of the subscriber, and whether a patient has it already. */
  coverage?: { place: Place; taken: boolean };
  /** Authorisation: an answer rather than a request. */
  answers?: boolean;
  /** Enrolment: the first coverage of the member, and what names the others. */
  enrolled?: { key: string[]; first: Place; used: boolean; all: Place[] };
  /** Enrolment: who is insured under which number. */
  subscribers?: Map<string, Place>;
  /** Claims: identifiers of the payers that service lines name (SVD-01). */
  payersOfLines?: Set<string>;
  /** Claims: what other payers answered, by the identifier of the payer. */
  priors: { payer: string; place: Place; claim: Place; stage: Stage }[];
}

export interface OpenLoopMap extends LoopMap {
  open?: (stage: Stage) => void;
}

/** What a transaction set means: its loops by name, `''` for the transaction itself; and the way back. */
export interface TransactionMap {
  loops: Readonly<Record<string, OpenLoopMap>>;
  /** Resources as the loops of a new transaction; `unsupported` where there is nothing that this transaction set could say. */
  plan(resources: readonly Resource[], wish: Wish): Result<OutLoop[]>;
}

const structuralTags = new Set(['ST', 'SE', 'HL', 'LS', 'LE']);
const specsByTag = new WeakMap<LoopMap, Map<string, Spec[]>>();

function specsOf(map: LoopMap, tag: string): Spec[] {
  let byTag = specsByTag.get(map);
  if (byTag === undefined) {
    byTag = new Map();
    for (const spec of map.specs) byTag.set(spec.tag, [...(byTag.get(spec.tag) ?? []), spec]);
    specsByTag.set(map, byTag);
  }
  return byTag.get(tag) ?? [];
}

/** CUR-02 of a transaction; without one US dollars, as the guides say. */
export function currencyOf(segments: readonly Segment[]): string {
  const said = segments.find(({ tag }) => tag === 'CUR')?.elements[1]?.trim() ?? '';
  return /^[A-Z]{3}$/.test(said) ? said : 'USD';
}

/** In steps of a loop. */
export function* hearTransaction(
  transaction: Transaction,
  { ofSegment }: Leaves,
  map: TransactionMap,
  heard: Heard,
  context: TranslationContext,
): Generator<undefined, void> {
  const { group, segments, start, looped } = transaction;
  const codecs = contextOf(context.sender, context.timeZone, currencyOf(segments));
  const here = [group.interchange.head?.elements[12], group.head?.elements[5], segments[0]?.elements[1]].map((one) => one?.trim() ?? '');
  const last: (() => void)[] = [];
  const shared: Shared = { subjects: [], priors: [], created: segments.find(({ tag }) => tag === 'BHT')?.elements[3]?.trim() ?? '' };

  const walk = function* (loop: Loop, around: Roles): Generator<undefined, void> {
    const roles: Roles = new Map(around);
    const loopMap = map.loops[loop.rule.id];
    const stageOf = (of: Loop): Stage => ({
      loop: of,
      roles,
      shared,
      heard,
      codecs,
      context,
      transaction,
      here: [...here, String(transaction.number), of.name],
      text: (at) => textIn(transaction, of, at),
      at(tag, ...values) {
        const index = of.segments.find((one) => segments[one]!.tag === tag && values.includes(segments[one]!.elements[0]?.trim() ?? ''));
        return index === undefined
          ? undefined
          : { ...stageOf({ ...of, segments: [index] }), here: [...here, String(transaction.number), of.name, tag, ...values] };
      },
      peek: (id) => stageOf(of.loops.find(({ rule }) => rule.id === id) ?? of),
      is(role, place) {
        roles.set(role, place);
        around.set(role, place);
        return place;
      },
      later: (act) => last.push(act),
    });
    loopMap?.open?.(stageOf(loop));
    for (const index of loop.segments) {
      const { tag } = segments[index]!;
      const leaves = ofSegment[start + index]!;
      if (structuralTags.has(tag)) for (const leaf of leaves) heard.structural.add(leaf);
      else if (loopMap !== undefined && !looped.strangers.has(index))
        hearSegment(leaves, specsOf(loopMap, tag), loopMap.role, roles, heard, codecs);
    }
    yield;
    for (const inner of loop.loops) yield* walk(inner, roles);
  };
  yield* walk(looped.root, new Map());
  for (const act of last) {
    act();
    yield;
  }
}

function textIn({ segments }: Transaction, loop: Loop, at: string): string {
  const [tag = '', place = ''] = at.split('-');
  const [element = '', component] = place.split('.');
  const segment = segments[loop.segments.find((index) => segments[index]!.tag === tag) ?? -1];
  const text = segment?.elements[Number(element) - 1] ?? '';
  return (component === undefined ? text : (text.split(segment?.delimiters.component ?? ':')[Number(component) - 1] ?? '')).trim();
}

export const reference = (place: Place | undefined): Node => (place === undefined ? { display: 'not stated' } : { reference: place.ref });

export const set = (place: Place, path: string, value: Json): boolean => setAt(place.resource, join(place.base, path), value);
/** What must be there, where nothing has said it. */
export function orElse(place: Place, path: string, value: Json): void {
  if (get(place, path) === undefined) set(place, path, value);
}

export const get = (place: Place | undefined, path: string): Json | undefined =>
  place === undefined ? undefined : getAt(place.resource, join(place.base, path));

/** A party of NM1 or N1: named by its identifier where it has one, by its place in this file where not; none where nothing is said. */
export function party(
  stage: Stage,
  role: string,
  types: { person: string; organization: string },
  how: 'merge' | 'refer' = 'refer',
  more: () => Node = () => ({}),
): Place | undefined {
  const n1 = stage.loop.rule.tag === 'N1';
  const [qualifier, id] = n1 ? [stage.text('N1-03'), stage.text('N1-04')] : [stage.text('NM1-08'), stage.text('NM1-09')];
  const name = n1 ? stage.text('N1-02') : stage.text('NM1-03');
  if (id === '' && name === '') return undefined;
  const type = n1 || stage.text('NM1-02') !== '1' ? types.organization : types.person;
  const key = id === '' ? ['name', ...stage.here] : [qualifier, id, ...(type === 'Patient' ? personKey(stage) : [])];
  return stage.is(role, stage.heard.make(type, key, how, more));
}

/** Families share member numbers, so a person is who has the number, that first name and that birth date. */
export const personKey = (stage: Stage): string[] => [stage.text('NM1-04').toUpperCase(), stage.text('DMG-02')];

export const provider = { person: 'Practitioner', organization: 'Organization' };
/** Where only a person can stand, whatever NM1-02 says. */
export const patientOnly = { person: 'Patient', organization: 'Patient' };
export const organization = { person: 'Organization', organization: 'Organization' };

/** The day that something says, or that on which the file came. */
export function day(stage: Stage, ...texts: string[]): string {
  for (const one of texts) {
    const read = date.read(one.slice(0, 8), stage.codecs);
    if (typeof read === 'string') return read;
  }
  return stage.context.receivedAt.toISOString().slice(0, 10);
}

/** An instant of a day and a time of day, or when the file came. */
export function instant(stage: Stage, on: string, time: string): string {
  const read = dateTime.read(`${on}${/^\d{4}/.test(time) ? time.slice(0, 4) : '0000'}`, stage.codecs);
  return typeof read === 'string' && read.includes('T') ? read : stage.context.receivedAt.toISOString();
}
