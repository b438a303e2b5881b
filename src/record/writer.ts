// Group commit: writes that arrive while others are being committed wait for each other and go in one transaction.
// Concurrent single writers gain about twice from it; a lone writer waits for nobody.
import type { Database } from '../database/contract.ts';
import { fail, type Result } from '../fhir/result.ts';
import { type Unit, writeBatch } from './commit.ts';
import type { Written } from './contract.ts';
import { keyOfId, typeNumber } from './keys.ts';
import { isOfOldParameters } from './write-statements.ts';

const mostRowsPerBatch = 256;
/** Two, so that one batch is prepared while another waits for the disk. */
const mostBatchesUnderWay = 2;
const mostWaitingUnits = 5_000;
/** Another process may store the same wording or create the same id at the same moment; the whole batch is decided anew. */
export const mostTries = 4;

interface Waiting {
  unit: Unit;
  targets: string[];
  done(answer: Result<Written[]>): void;
  failed(error: unknown): void;
}

/** Unique violation, deadlock, serialization: the transaction left nothing and may be decided again from the start. */
export const mayBeRepeated = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && ['23505', '40P01', '40001'].includes(String(error.code));

const mayHaveHappened = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '08007';

export class Writer {
  readonly #database: Database;
  readonly #known = new Set<bigint>();
  #waiting: Waiting[] = [];
  #underWay = 0;
  #scheduled = false;

  readonly #learn: () => Promise<void>;

  /** `learn`: reads the search parameters in force, where a batch was indexed by others. */
  constructor(database: Database, learn: () => Promise<void> = async () => {}) {
    this.#database = database;
    this.#learn = learn;
  }

  /** Commits one unit; the promise settles after the commit is on disk. Rejects only where the database failed. */
  write(unit: Unit): Promise<Result<Written[]>> {
    if (this.#waiting.length >= mostWaitingUnits)
      return Promise.resolve(fail('busy', 'Too many writes are waiting: try again in a moment'));
    return new Promise((done, failed) => {
      this.#waiting.push({ unit, targets: unit.writes.map(targetOf), done, failed });
      this.#schedule();
    });
  }

  /** For a transaction that plans its writes inside itself: see transact.ts. */
  get known(): { has(key: bigint): boolean } {
    return this.#known;
  }

  learnParameters(): Promise<void> {
    return this.#learn();
  }

  learn(texts: bigint[]): void {
    if (this.#known.size > 100_000) this.#known.clear();
    for (const key of texts) this.#known.add(key);
  }

  #schedule(): void {
    if (this.#scheduled || this.#underWay >= mostBatchesUnderWay || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const batch = this.#take();
      if (batch.length > 0) void this.#run(batch);
      this.#schedule();
    });
  }

  /** The longest run of waiting units that fits and touches no resource twice; the order of what touches the same is kept. */
  #take(): Waiting[] {
    if (this.#underWay >= mostBatchesUnderWay) return [];
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    const touched = new Set<string>();
    let rows = 0;
    for (const one of this.#waiting) {
      const fits = rows === 0 || rows + one.targets.length <= mostRowsPerBatch;
      if (fits && !one.targets.some((target) => touched.has(target))) {
        taken.push(one);
        rows += one.targets.length;
      } else {
        left.push(one);
      }
      for (const target of one.targets) touched.add(target);
    }
    this.#waiting = left;
    return taken;
  }

  async #run(batch: Waiting[]): Promise<void> {
    this.#underWay++;
    try {
      const answers = await this.#commit(batch.map((one) => one.unit));
      batch.forEach((one, i) => void one.done(answers[i]!));
    } catch (error) {
      // One unit's fault must not fail its neighbours: each is tried alone, but only what certainly left nothing. A batch
      // whose commit was cut off may be done: done again, it would be there twice, or be refused although it is there.
      if (batch.length === 1 || mayHaveHappened(error)) for (const one of batch) one.failed(error);
      else for (const one of batch) await this.#commit([one.unit]).then(([answer]) => one.done(answer!), one.failed);
    } finally {
      this.#underWay--;
      this.#schedule();
    }
  }

  async #commit(units: Unit[]): Promise<Result<Written[]>[]> {
    const refused = new Map<Unit, Result<Written[]>>();
    for (let tries = 1; ; tries++) {
      try {
        const left = units.filter((unit) => !refused.has(unit));
        const { answers, texts } = await this.#database.transaction((session) => writeBatch(session, left, this.#known));
        this.learn(texts);
        if (left.some(({ writes }) => writes.some(definesSomething))) await this.#learn();
        return units.map((unit) => refused.get(unit) ?? answers[left.indexOf(unit)]!);
      } catch (error) {
        if (isOfOldParameters(error) && tries < mostTries) await this.#planAgain(units, refused);
        else if (tries >= mostTries || !mayBeRepeated(error)) throw error;
      }
    }
  }

  /** By the parameters in force; what cannot be written by these is refused. */
  async #planAgain(units: Unit[], refused: Map<Unit, Result<Written[]>>): Promise<void> {
    await this.#learn();
    for (const unit of units) {
      if (unit.again === undefined || refused.has(unit)) continue;
      const planned = await unit.again();
      if (planned.ok) unit.writes = planned.value;
      else refused.set(unit, planned);
    }
  }
}

export const definesSomething = (write: Unit['writes'][number]): boolean =>
  write.kind === 'put' ? write.row.defines !== undefined : write.defined === true;

function targetOf(write: Unit['writes'][number]): string {
  return write.kind === 'put' ? `${write.row.typeNumber}/${write.row.key}` : `${typeNumber(write.type)}/${keyOfId(write.id)}`;
}
