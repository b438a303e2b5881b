// What the resources of a message are called in the record: by the first of their keys that means something, else as the message names
// them. What the record has of another patient under that name is set apart (whose.ts).
import type { Caller } from '../record/contract.ts';
import { type Doubt, mayBeOne, numberOfTwo, numbersOfBoth } from './doubts.ts';
import { type Ground, stored, type Told } from './ground.ts';
import { keysOf } from './known.ts';
import { nameOf } from './named.ts';
import { apart, movedFrom, patientOf } from './whose.ts';

export interface Naming {
  /** `Type/id` in the record, by the name that the message gives. */
  names: Map<string, string>;
  /** For a person to decide. */
  doubts: Doubt[];
}

/** What a message says of one patient, and the record has of another. */
interface OfAnother {
  /** As the message calls it, and as the record does. */
  own: string;
  name: string;
  owner: string;
  patient: string;
  /** As the sender wrote it, where it has one. */
  number?: string;
  /** The message names both patients as one, or moves what is the one's to the other. */
  claimed: boolean;
}

/** Reads nothing in nearly all cases: what messages name has been gathered. */
export async function namesOf(ground: Ground, { translation, sender, caller }: Told): Promise<Naming> {
  const doubts: Doubt[] = [];
  const names = new Map<string, string>();
  /** Patients that are one and the same by this message. */
  const claimed = new Set<string>();
  for (const said of stored(translation)) {
    const own = nameOf(said.resource);
    const type = said.resource.resourceType;
    const meanings = new Set(keysOf(said, sender).flatMap((key) => ground.meaning(type, key) ?? []));
    const [first = own, ...others] = meanings;
    names.set(own, first);
    if (type !== 'Patient') continue;
    // One is merged into the other, or what is the other's moved.
    if (translation.instructions.length > 0) claimed.add(first);
    for (const other of others)
      if (ground.survivor(other) !== ground.survivor(first)) {
        claimed.add(first).add(other);
        doubts.push(mayBeOne(first, other, numbersOfBoth));
      }
  }
  const others = stored(translation).flatMap((said): OfAnother[] => {
    const about = patientOf(said.resource);
    if (about === undefined) return [];
    const own = nameOf(said.resource);
    const name = names.get(own) ?? own;
    const there = ground.at(name)?.now ?? null;
    const owner = there === null ? undefined : patientOf(there);
    const patient = names.get(about) ?? about;
    if (owner === undefined || owner === patient) return [];
    const [key] = keysOf(said, sender);
    const number = key?.slice(key.lastIndexOf('|') + 1);
    return [
      { own, name, owner, patient, ...(number === undefined ? {} : { number }), claimed: claimed.has(owner) && claimed.has(patient) },
    ];
  });
  const naming = { names, doubts };
  if (others.length > 0) await setApart(ground, caller, others, naming);
  return naming;
}

/** Gives what is somebody else's by the record a name of its own, unless it was moved. */
async function setApart(ground: Ground, caller: Caller, others: readonly OfAnother[], { names, doubts }: Naming): Promise<void> {
  await ground.meet(
    caller,
    others.map(({ owner }) => owner),
  );
  const still = others
    .map((one) => ({ ...one, patient: ground.survivor(one.patient) }))
    .filter(({ owner, patient }) => ground.survivor(owner) !== patient);
  if (still.length === 0) return;
  const typeOf = (name: string): string => name.slice(0, name.indexOf('/'));
  await Promise.all([
    ground.meet(
      caller,
      still.map(({ name, patient }) => apart(name, patient)),
    ),
    ground.ask(still.map(({ name, patient }) => [typeOf(name), movedFrom(name, patient)])),
  ]);
  const made: OfAnother[] = [];
  for (const one of still) {
    const { own, name, patient, claimed } = one;
    if (ground.meaning(typeOf(name), movedFrom(name, patient)) !== undefined) continue;
    const separate = apart(name, patient);
    const stands = ground.at(separate)?.stands === true;
    if (claimed && !stands) continue;
    names.set(own, separate);
    if (!stands) made.push(one);
  }
  // A document that was made of another patient's has dozens of its ids: they are one question.
  const [first] = made;
  if (first === undefined) return;
  const { name, patient, owner, number } = first;
  doubts.push(numberOfTwo(name, apart(name, patient), ground.survivor(owner), { number, count: made.length }));
}
