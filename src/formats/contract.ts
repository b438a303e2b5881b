// Other languages and FHIR: what every format answers, whichever it is. A format is pure: bytes in, values out, no storage, no
// clock, no network. Reading never fails and never drops anything silently.
//
//   const message = hl7v2.read(bytes);                       // whatever the bytes are
//   const said = hl7v2.toFhir(message, context);             // resources, and a ledger with one row for every populated leaf
//   const again = hl7v2.restore(said.resources, said.ledger) // the same message, from the record and what the ledger kept
//
// The ledger is how nothing is lost: each populated leaf of the message is `mapped` (to these FHIR elements), `kept` (it has no
// home in FHIR and stays here, never in an extension made up for it), or `structural` (it says how the message is built). What
// the record says now, laid over what the ledger kept, is the message on its way out: changing one element changes its leaves.
import type { Resource } from '../fhir/generated/types.ts';
import type { Problem, Result } from '../fhir/result.ts';

/** One populated leaf: where it stands, what it says, what became of it. Paths are the format's own, as its users write them. */
export type LedgerRow = {
  /** HL7 v2 `PID[1]-3[2].4.2`, X12 `2010BA/NM1-03`, C-CDA an XPath, devices a JSON pointer. One row a path. */
  path: string;
  /** As it was received, with its escapes. */
  text: string;
} & (
  | {
      state: 'mapped';
      /** FHIR elements that say it, `Type/id#element.path[0]`, at least one. */
      elements: string[];
    }
  /** `why`: why it has no home, where that is not plain. */
  | { state: 'kept'; why?: string }
  | { state: 'structural' }
);

/**
 * A resource that the message speaks of. Its id is named from sender and business key (`namedUuid`), so the same message gives
 * the same ids; references to others of the same translation are `Type/id` with those ids. Who stores it looks first whether
 * the record already knows the same thing under another id.
 */
export interface Said {
  resource: Resource;
  /**
   * `merge`: what is said changes, what is not said stays. `whole`: replaces what stood there (a report, a claim, a document).
   * `refer`: only named in passing; made where it is not known, otherwise left as it is (the attending doctor of an A08).
   * `envelope`: describes the sending (MessageHeader, who sent it with what): shown in conversions, not stored.
   */
  how: 'merge' | 'whole' | 'refer' | 'envelope';
  /** The record is asked for one with any of `resource.identifier` (or those of `keys`) before a new one is made. */
  byIdentifier: boolean;
  /** Of several identifiers those that identify alone, as `system|value`; absent: all. */
  keys?: string[];
  /** Elements that the message asks to delete (HL7 v2 `""`): FHIR element paths. */
  removes?: string[];
  /** Elements that FHIR demands and the message does not say: they stand only where nothing stands yet. */
  presumes?: string[];
}

/**
 * What no resource says by being there. Keys are `system|value`; what nobody has assigned is keyed within its sender, as in
 * `Said.keys`.
 */
export type Instruction =
  /** HL7 v2 A18, A30, A34, A36, A40 …: what is `prior` becomes part of `survivor` (identifiers as `system|value`). */
  | { kind: 'merge-patients'; survivor: string[]; prior: string[] }
  /** A37. */
  | { kind: 'unlink-patients'; one: string[]; other: string[] }
  /** The encounter or account of one patient that belongs to another from now on (A41, A43, A44, A45, A50). */
  | { kind: 'move'; type: 'Encounter' | 'Account'; keys: string[]; to: string[] }
  /** A message says that this is no longer there (A23, A29, S17, SIU delete, PPR delete …). */
  | { kind: 'delete'; type: Resource['resourceType']; keys: string[] };

export interface Translation {
  resources: Said[];
  ledger: LedgerRow[];
  instructions: Instruction[];
  /** When the sender says that all this was so; for messages that arrive out of order. Absent: it does not say. */
  asOf?: Date;
  /** What was there and could not be understood, in sentences with `where`. It never stops the rest; it is in the ledger as kept. */
  notes: Problem[];
}

export interface TranslationContext {
  /** Who sends: ids and unassigned identifiers are named within it. */
  sender: string;
  /** Stands in where the message gives no time of its own. */
  receivedAt: Date;
  /** IANA zone of times that come without an offset, for example `Europe/London`. */
  timeZone: string;
}

/** `Message` is the format's own lossless tree: `write(read(bytes))` are the same bytes, whatever they are. */
export interface Format<Message> {
  name: string;
  read(raw: Uint8Array): Message;
  write(message: Message): Uint8Array;
  toFhir(message: Message, context: TranslationContext): Translation;
  /**
   * The message that says what these resources say now, with what the ledger kept. Leaves whose elements say what they said are
   * as they were, letter for letter; the others are written anew.
   */
  restore(resources: readonly Resource[], ledger: readonly LedgerRow[], context: TranslationContext): Result<Message>;
}
