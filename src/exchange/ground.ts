// What messages are laid over: which resources they mean by their keys, and how each of these stands, read in a few statements for all
// of them, or remembered from the batches before.
import type { Database, Session } from '../database/contract.ts';
import type { ResourceType } from '../fhir/generated/types.ts';
import type { Instruction, Said, Translation } from '../formats/contract.ts';
import type { Caller, Place, RecordStore } from '../record/contract.ts';
import { clocksStand, keyHash, keyOf, keysOf, search, targetsOf } from './known.ts';
import type { Memory } from './memory.ts';
import type { Moment } from './merge.ts';
import { nameOf } from './named.ts';
import { type Held, Standing } from './standing.ts';

/** One message that is to be laid down. */
export interface Told {
  translation: Translation;
  moment: Moment;
  caller: Caller;
  sender: string;
}

/** What describes the sending is shown in conversions and stays out of the record. */
export const stored = ({ resources }: Translation): Said[] => resources.filter(({ how }) => how !== 'envelope');

/** What it is read from, beside the record. */
export interface From {
  /** Of batches that were laid just before, the last of which may not be committed yet. */
  memory?: Memory;
  /** Where a resource was there of which no message knew. */
  thorough?: boolean;
}

export class Ground {
  readonly #database: Database;
  readonly #record: RecordStore;
  readonly #memory: Memory | undefined;
  readonly #standing = new Map<string, Standing>();
  /** Names of what was remembered and not read. */
  readonly #remembered = new Set<string>();
  /** What keys mean, by hash; and what they mean since these messages. */
  readonly #known = new Map<string, string>();
  readonly #learnt = new Map<string, string>();
  /** Resources that are there although no message made them. */
  readonly #met = new Set<string>();
  /** Of the bodies that were read. */
  #bytesRead = 0;

  /** Whether the record is asked for what no message is known to have made. */
  readonly #thorough: boolean;

  constructor(database: Database, record: RecordStore, { memory, thorough = false }: From = {}) {
    this.#database = database;
    this.#record = record;
    this.#memory = memory;
    this.#thorough = thorough;
  }

  /** Reads everything that the messages may touch. */
  async gather(all: readonly Told[]): Promise<void> {
    const hashes = new Set<string>();
    for (const { translation, sender } of all) {
      for (const said of stored(translation)) for (const key of keysOf(said, sender)) hashes.add(keyHash(said.resource.resourceType, key));
      for (const instruction of translation.instructions)
        for (const [type, key] of keysIn(instruction)) hashes.add(keyHash(type, keyOf(key, sender)));
    }
    await this.#askFor([...hashes]);
    await this.#searchUnknown(all);
    const names = new Set<string>(this.#known.values());
    for (const { translation } of all) for (const { resource } of stored(translation)) names.add(nameOf(resource));
    await this.#read(all[0]?.caller, [...names]);
  }

  /** Identifiers that no message has brought yet may be in the record by other ways. */
  async #searchUnknown(all: readonly Told[]): Promise<void> {
    const asked = new Map<string, Promise<void>>();
    for (const { translation, caller, sender } of all)
      for (const said of stored(translation)) {
        // What nobody has assigned is only known by messages of the same sender.
        const keys = keysOf(said, sender).filter((key) => !key.startsWith(`${sender}|`));
        const type = said.resource.resourceType;
        if (keys.length === 0 || keys.some((key) => this.#known.has(keyHash(type, key)))) continue;
        const id = `${type} ${keys.join(' ')}`;
        if (asked.has(id)) continue;
        asked.set(
          id,
          search(this.#record, caller, said, keys).then(([found]) => {
            if (found === undefined) return;
            for (const key of keys) this.#learn(keyHash(type, key), found);
          }),
        );
      }
    await Promise.all(asked.values());
  }

  async #read(caller: Caller | undefined, names: readonly string[]): Promise<void> {
    const wanted = names.filter((name) => !this.#standing.has(name) && !this.#remember(name));
    if (wanted.length === 0 || caller === undefined) return;
    const { rows } = await this.#database.query<{ target: string; text: string; version: number }>({
      name: 'exchange-clocks',
      text: 'select target, clock as text, version from exchange_clock where target = any($1::text[])',
      values: [wanted],
    });
    const clocks = new Map(rows.map((row) => [row.target, row]));
    const met = new Set([...this.#known.values(), ...this.#met]);
    await Promise.all(
      wanted.map(async (name) => {
        const clock = clocks.get(name);
        // What no message has made and no key means is not there: its id was made from this very key.
        const there = clock === undefined && !met.has(name) && !this.#thorough ? undefined : await this.#readOne(caller, name);
        this.#bytesRead += there?.body.length ?? 0;
        this.#standing.set(name, Standing.read(there, clock));
      }),
    );
  }

  #remember(name: string): boolean {
    const standing = this.#memory?.standing(name);
    if (standing === undefined) return false;
    this.#standing.set(name, standing);
    this.#remembered.add(name);
    return true;
  }

  async #readOne(caller: Caller, name: string): Promise<Held | undefined> {
    const [type, id] = name.split('/') as [ResourceType, string];
    const found = await this.#record.read(caller, type, id);
    return found.ok ? found.value : undefined;
  }

  /** What a business key means by now. */
  meaning(type: string, key: string): string | undefined {
    return this.#known.get(keyHash(type, key));
  }

  /** Gives a key a meaning, where it has none. */
  learn(type: string, key: string, name: string): void {
    const hash = keyHash(type, key);
    if (!this.#known.has(hash)) this.#learn(hash, name);
  }

  #learn(hash: string, target: string): void {
    if (this.#known.get(hash) === target) return;
    this.#known.set(hash, target);
    this.#learnt.set(hash, target);
  }

  /** New meanings, by hashes of the keys. */
  learnt(): [keyHash: string, target: string][] {
    return [...this.#learnt];
  }

  at(name: string): Standing | undefined {
    return this.#standing.get(name);
  }

  set(name: string, standing: Standing): void {
    this.#standing.set(name, standing);
  }

  all(): [name: string, standing: Standing][] {
    return [...this.#standing];
  }

  /** Reads what may be there although no message made it, where that was not done yet. */
  async meet(caller: Caller, names: readonly string[]): Promise<void> {
    const fresh = names.filter((name) => !this.#standing.has(name));
    for (const name of fresh) this.#met.add(name);
    await this.#read(caller, fresh);
  }

  /** Looks up what keys mean that no resource of the messages has. */
  async ask(keys: readonly (readonly [type: string, key: string])[]): Promise<void> {
    await this.#askFor(keys.map(([type, key]) => keyHash(type, key)).filter((hash) => !this.#known.has(hash)));
  }

  async #askFor(hashes: readonly string[]): Promise<void> {
    for (const [hash, target] of await targetsOf(this.#database, hashes)) this.#known.set(hash, target);
    for (const hash of hashes) {
      const meant = this.#memory?.meaning(hash);
      if (meant !== undefined) this.#known.set(hash, meant);
    }
  }

  /** Where somebody was merged into somebody else, what is said of them belongs to the one who stays. */
  survivor(name: string): string {
    let at = name;
    for (let steps = 0; steps < 20; steps++) {
      const patient = this.#standing.get(at)?.now;
      if (patient?.resourceType !== 'Patient') return at;
      const next = patient.link?.find(({ type }) => type === 'replaced-by')?.other.reference;
      if (next === undefined) return at;
      at = next;
    }
    return at;
  }

  /** For the batches behind this one, as all of it will stand when it is committed; `bytes`: of its messages. */
  leave(memory: Memory, bytes: number): void {
    memory.keep(this.#standing, this.#learnt, bytes + this.#bytesRead);
  }

  /** Inside the transaction that writes: whether what was remembered is true. What is written itself is checked by being written. */
  async holds(session: Session): Promise<boolean> {
    const remembered = [...this.#remembered].map((name) => [name, this.#standing.get(name)!] as const);
    const [clocks, places] = await Promise.all([
      clocksStand(
        session,
        remembered.map(([name, { clockVersion }]) => [name, clockVersion]),
      ),
      this.#record.stand(
        session,
        remembered.flatMap(([name, { isChanged, version }]) => (isChanged ? [] : [placeOf(name, version)])),
      ),
    ]);
    return clocks && places;
  }
}

function placeOf(name: string, version: number): Place {
  const [type, id] = name.split('/') as [ResourceType, string];
  return { type, id, version };
}

function keysIn(instruction: Instruction): [ResourceType, string][] {
  const of = (type: ResourceType, keys: readonly string[]): [ResourceType, string][] => keys.map((key) => [type, key]);
  switch (instruction.kind) {
    case 'merge-patients':
      return [...of('Patient', instruction.survivor), ...of('Patient', instruction.prior)];
    case 'unlink-patients':
      return [...of('Patient', instruction.one), ...of('Patient', instruction.other)];
    case 'move':
      return [...of(instruction.type, instruction.keys), ...of('Patient', instruction.to)];
    case 'delete':
      return of(instruction.type, instruction.keys);
  }
}
