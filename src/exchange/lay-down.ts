// Messages of a batch laid into the record, in their order, in one transaction: what each says over what stands there, and over what
// the ones before it in the batch have said. Everything that a message left behind, its ledger, its place in the queue, the clocks
// of the elements, commits with the resources or not at all; so it can be done again, and killed at any moment.
import type { Database, Session } from '../database/contract.ts';
import type { Patient, Resource } from '../fhir/generated/types.ts';
import { isTooLarge } from '../fhir/json.ts';
import { valuesMax } from '../fhir/json-reader.ts';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import { asResource } from '../fhir/structure/validate.ts';
import type { LedgerRow, Said, Translation } from '../formats/contract.ts';
import { namedUuid } from '../methods/named-uuid.ts';
import type { Caller, RecordStore, Write } from '../record/contract.ts';
import { type Doubt, lookAlikes, mayBeOne, mostAlike, sameDemographics, taskOf } from './doubts.ts';
import { type From, Ground, stored, type Told } from './ground.ts';
import { keysOf } from './known.ts';
import type { Memory } from './memory.ts';
import { lay, type Moment, placing } from './merge.ts';
import { nameOf, pointed, saysTheSame, withoutMeta } from './named.ts';
import { namesOf } from './naming.ts';
import { Standing } from './standing.ts';
import { movedFrom } from './whose.ts';

/** What became of one message of a batch. */
export interface LaidDown {
  ledger: LedgerRow[];
  /** All that it speaks of: `Type/id`. */
  resources: string[];
  /** Those of them that stood already and were only named: a ward is named by every message, and comes from none of them. */
  inPassing: Set<string>;
  /** Patients whom it concerns: `Patient/id`. */
  patients: string[];
}

/** A resource as it would stand, beside what stands there now. */
export interface Changed {
  outcome: 'create' | 'update' | 'unchanged';
  before: Resource | null;
  after: Resource;
}

export class Batch {
  readonly #record: RecordStore;
  readonly #ground: Ground;
  readonly #doubts: Doubt[] = [];
  /** Keys, `Type key`, that mean something else to the message that was laid last than to others. */
  readonly #meant = new Map<string, string>();
  /** What is not laid, because the record would refuse it. */
  readonly #tooLarge = new Map<Translation, Said>();

  constructor(database: Database, record: RecordStore, from?: From) {
    this.#record = record;
    this.#ground = new Ground(database, record, from);
  }

  /** Reads everything that the messages may touch, in a few statements for all of them. */
  async gather(told: readonly Told[]): Promise<void> {
    // First of all: asking and laying would take the longer the larger it is.
    for (const { translation } of told) {
      // A leaf makes a few values: of a usual message none need be counted.
      if (translation.ledger.length < leavesOfMany) continue;
      const large = stored(translation).find(({ resource }) => resource.resourceType !== 'Binary' && isTooLarge(resource));
      if (large !== undefined) this.#tooLarge.set(translation, large);
    }
    await this.#ground.gather(told.filter(({ translation }) => !this.#tooLarge.has(translation)));
  }

  /** For the batches behind this one, as all of it will stand when it is committed; `bytes`: of its messages. */
  leave(memory: Memory, bytes: number): void {
    this.#ground.leave(memory, bytes);
  }

  /** Lays one message over what stands. A refusal leaves everything as it stood. */
  async lay(told: Told): Promise<Result<LaidDown>> {
    const { translation, moment, sender } = told;
    const large = this.#tooLarge.get(translation);
    if (large !== undefined) return tooLarge(large);
    const { names, doubts } = await namesOf(this.#ground, told);
    this.#doubts.push(...doubts);
    const patients = new Map<string, string>();
    for (const name of names.values()) if (name.startsWith('Patient/')) patients.set(name, this.#ground.survivor(name));
    const [renamed, merged] = [changed(names), changed(patients)];
    for (const [own, name] of await this.#furtherEntries(told, names, renamed, merged)) {
      names.set(own, name);
      renamed.set(own, name);
    }
    const laid = new Map<string, Standing>();
    /** Of resources whose elements stand elsewhere than they were said. */
    const elements = new Map<string, (element: string) => string>();
    const touched: string[] = [];
    const inPassing = new Set<string>();
    const spoken = new Set<string>();
    for (const said of stored(translation)) {
      const own = nameOf(said.resource);
      const name = names.get(own) ?? own;
      const there = laid.get(name) ?? this.#ground.at(name);
      // What is only named in passing, and stands, stays as it is.
      if (said.how === 'refer' && there?.stands === true) {
        if (name !== own) elements.set(own, (element) => `${name}${element.slice(own.length)}`);
        laid.set(name, there);
        touched.push(name);
        if (!spoken.has(name)) inPassing.add(name);
        continue;
      }
      const resource = pointed(said.resource, name, renamed, merged);
      const standing = there ?? Standing.nothing();
      const { now } = standing;
      const next = lay(now, resource === said.resource ? said : { ...said, resource }, moment, standing.clock);
      const same = now !== null && saysTheSame(now, next.resource);
      if (!same) {
        const checked = asResource(withoutMeta(next.resource));
        if (!checked.ok) return unfit(checked.problem, said);
      }
      const after = same ? now : next.resource;
      const place = placing(resource, after);
      if (name !== own || place !== undefined)
        elements.set(own, (element) => {
          const path = element.slice(own.length + 1);
          return `${name}#${place === undefined ? path : place(path)}`;
        });
      laid.set(name, standing.saying(after, next.clock));
      touched.push(name);
      spoken.add(name);
      inPassing.delete(name);
    }
    for (const [name, standing] of laid) this.#ground.set(name, standing);
    this.#meant.clear();
    for (const said of stored(translation)) {
      const type = said.resource.resourceType;
      const name = names.get(nameOf(said.resource));
      if (name === undefined) continue;
      for (const key of keysOf(said, sender)) {
        this.#ground.learn(type, key, name);
        if (this.#ground.meaning(type, key) !== name) this.#meant.set(`${type} ${key}`, name);
      }
    }
    return ok({
      ledger: elements.size === 0 ? translation.ledger : ledgerAsLaid(translation.ledger, elements),
      resources: [...new Set(touched)],
      inPassing,
      patients: [...new Set(patients.values())],
    });
  }

  /** What a business key means by now, to the message that was laid last. */
  meaning(type: string, key: string): string | undefined {
    return this.#meant.get(`${type} ${key}`) ?? this.#ground.meaning(type, key);
  }

  /** Gives a key a meaning, where it has none. */
  learn(type: string, key: string, name: string): void {
    this.#ground.learn(type, key, name);
  }

  /** What stands under a name by now, read where that was not done yet. */
  async standing(caller: Caller, name: string): Promise<Resource | null> {
    await this.#ground.meet(caller, [name]);
    return this.#ground.at(name)?.now ?? null;
  }

  /** Says something that no mapping says: a link of two patients, a status. By the same clocks as everything else. */
  async say(caller: Caller, said: Said, moment: Moment): Promise<void> {
    const name = nameOf(said.resource);
    await this.standing(caller, name);
    const there = this.#ground.at(name) ?? Standing.nothing();
    const next = lay(there.now, said, moment, there.clock);
    this.#ground.set(name, there.saying(next.resource, next.clock));
  }

  /** Points everything of one patient, or what `chosen` names of it, to another. */
  async move(caller: Caller, from: string, to: string, chosen: (resource: Resource) => boolean): Promise<string[]> {
    const moved: string[] = [];
    const patient = from.slice('Patient/'.length);
    let cursor: string | undefined;
    do {
      const page = await this.#record.everything(caller, {
        patient,
        count: 500,
        asked: `move ${from} ${to}`,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (!page.ok) break;
      for (const { type, id } of page.value.matches) {
        const name = `${type}/${id}`;
        if (type === 'Patient') continue;
        const resource = await this.standing(caller, name);
        if (resource === null || !chosen(resource)) continue;
        const there = this.#ground.at(name);
        const next = pointed(resource, name, new Map(), new Map([[from, to]]));
        if (there === undefined || next === resource) continue;
        this.#ground.set(name, there.saying(next, there.clock));
        // Whoever goes on to call it the former's means this very resource.
        this.#ground.learn(type, movedFrom(name, from), name);
        moved.push(name);
      }
      cursor = page.value.next;
    } while (cursor !== undefined);
    return moved;
  }

  /**
   * What was written down of who did what is never mended (policy/role-table.ts): what is said otherwise under its name is a further
   * entry, the same for the same message.
   */
  async #furtherEntries(
    { translation, moment, caller }: Told,
    names: ReadonlyMap<string, string>,
    renamed: ReadonlyMap<string, string>,
    merged: ReadonlyMap<string, string>,
  ): Promise<Map<string, string>> {
    const further = new Map<string, string>();
    for (const { resource } of stored(translation)) {
      if (resource.resourceType !== 'Provenance') continue;
      const own = nameOf(resource);
      const name = names.get(own) ?? own;
      const there = this.#ground.at(name)?.now ?? null;
      if (there !== null && !saysTheSame(there, pointed(resource, name, renamed, merged)))
        further.set(own, `Provenance/${namedUuid('further', name, moment.tie)}`);
    }
    if (further.size > 0) await this.#ground.meet(caller, [...further.values()]);
    return further;
  }

  /** Writes down who may be one and the same, for a person to decide. */
  async doubt(caller: Caller, at: Date): Promise<void> {
    const made = this.#ground
      .all()
      .flatMap(([name, standing]) =>
        name.startsWith('Patient/') && standing.before === null && standing.now?.resourceType === 'Patient' ? [standing.now] : [],
      );
    // Asked all at once: what waits together is answered by one statement, and a file may make thousands of patients.
    const found = await Promise.all(made.map((patient) => lookAlikes(this.#record, caller, patient)));
    const together = new Map<string, string[]>();
    for (const [at, patient] of made.entries()) {
      const own = `Patient/${patient.id}`;
      const alike = new Set(found[at]);
      const words = likeness(patient);
      if (words !== undefined) {
        const before = together.get(words) ?? [];
        // A file in which all are called the same makes no Task for each two of them.
        for (const other of before.slice(0, mostAlike)) alike.add(other);
        together.set(words, [...before.slice(0, mostAlike), own]);
      }
      for (const other of alike)
        if (this.#ground.survivor(own) !== this.#ground.survivor(other)) this.#doubts.push(mayBeOne(own, other, sameDemographics));
    }
    const tasks = this.#doubts.splice(0).map((doubt) => taskOf(doubt, at));
    await this.#ground.meet(caller, [...new Set(tasks.map(nameOf))]);
    for (const resource of tasks) await this.say(caller, { resource, how: 'refer', byIdentifier: false }, { at: at.getTime(), tie: '' });
  }

  /** What would be written, and what stands there now. */
  changes(): Changed[] {
    return this.#ground.all().flatMap(([, { before, now }]): Changed[] => {
      if (now === null) return [];
      if (before === null) return [{ outcome: 'create', before, after: now }];
      return [{ outcome: saysTheSame(before, now) ? 'unchanged' : 'update', before, after: now }];
    });
  }

  /**
   * Writes it all, and what `beside` writes, in one transaction. A conflict (somebody else changed one of the resources meanwhile)
   * is a problem of kind `precondition`: gather and lay again.
   */
  async commit(caller: Caller, beside: (session: Session, versions: ReadonlyMap<string, number>) => Promise<void>): Promise<Result<void>> {
    const writes: Write[] = [];
    const versions = new Map<string, number>();
    const clocks: [string, string][] = [];
    for (const [name, standing] of this.#ground.all()) {
      const { version } = standing;
      versions.set(name, version);
      const { before, now, isChanged } = standing;
      if (isChanged && now !== null) {
        const resource = withoutMeta(now);
        writes.push(before === null ? { kind: 'update', resource, ifNew: true } : { kind: 'update', resource, ifVersion: version });
        versions.set(name, version + 1);
      }
      const clock = standing.newClockText;
      if (clock !== undefined) clocks.push([name, clock]);
    }
    const keys = this.#ground.learnt();
    const written = await this.#record
      .commitWith(caller, writes, async (session) => {
        const [holds] = await Promise.all([this.#ground.holds(session), beside(session, versions)]);
        if (!holds) throw new Outdated();
        if (keys.length > 0)
          void session.query({
            name: 'exchange-learn',
            text: 'insert into exchange_key (key, target) select * from unnest($1::uuid[], $2::text[]) on conflict (key) do update set target = excluded.target',
            values: [keys.map(([key]) => key), keys.map(([, target]) => target)],
          });
        if (clocks.length > 0)
          void session.query({
            name: 'exchange-clock',
            text: 'insert into exchange_clock (target, clock) select * from unnest($1::text[], $2::text[]) on conflict (target) do update set clock = excluded.clock, version = exchange_clock.version + 1',
            values: [clocks.map(([name]) => name), clocks.map(([, clock]) => clock)],
          });
      })
      .catch((error: unknown) => {
        if (error instanceof Outdated) return outdated;
        throw error;
      });
    return written.ok ? ok(undefined) : written;
  }
}

/** Thrown inside a transaction that must not commit: what was remembered has been changed by somebody else. */
class Outdated extends Error {
  override readonly name = 'Outdated';
}

const outdated = fail('precondition', 'What the message was laid over has changed meanwhile: it is read and laid again');

/** Equal where two would be taken for one and the same; undefined: too little is known. */
function likeness({ birthDate, name }: Patient): string | undefined {
  const { family, given } = name?.[0] ?? {};
  return birthDate?.length === 10 && family !== undefined && given?.[0] !== undefined
    ? JSON.stringify([birthDate, family, given[0]])
    : undefined;
}

const hash = '#'.charCodeAt(0);

/** The ledger with the elements where they came to stand; `elements`: what tells that, by resource. */
function ledgerAsLaid(ledger: readonly LedgerRow[], elements: ReadonlyMap<string, (element: string) => string>): LedgerRow[] {
  // Elements of one resource come one behind the other.
  let [owner, led]: [string, ((element: string) => string) | undefined] = ['#', undefined];
  const asLaid = (element: string): string => {
    if (!element.startsWith(owner) || element.charCodeAt(owner.length) !== hash) {
      owner = element.slice(0, element.indexOf('#'));
      led = elements.get(owner);
    }
    return led === undefined ? element : led(element);
  };
  return ledger.map((row) => {
    if (row.state !== 'mapped') return row;
    const laid = row.elements.map(asLaid);
    return laid.every((element, at) => element === row.elements[at]) ? row : { ...row, elements: laid };
  });
}

/** What is called otherwise by now. */
const changed = (names: ReadonlyMap<string, string>): Map<string, string> => new Map([...names].filter(([own, name]) => own !== name));

const leavesOfMany = 1_000;

const tooLarge = ({ resource: { resourceType } }: Said): Result<never> =>
  fail(
    'too-costly',
    `This ${resourceType} is larger than one resource may be: the message says more than ${valuesMax} values of it. Correct the message at its sender, or leave them out by the overrides of its channel`,
    resourceType,
  );

const unfit = (problem: Problem, said: Said): Result<never> =>
  fail(
    'invalid',
    `What the message says makes no valid ${said.resource.resourceType}: ${problem.message.replace(/\.$/, '')}. Correct the message at its sender, or the mapping of its channel`,
    problem.where,
  );
