// What was shown while orders were being written, until they are signed: so that an order which was changed after a card is known
// as one. Held in memory only and forgotten after half an hour, since it names account and patient; what is written down of it
// is a made-up id. Where a later check goes to another process nothing is known, and nothing is counted.
import { randomUUID } from 'node:crypto';
import type { Card } from '../../modules/medication-safety/contract.ts';
import { ruleKey } from '../../modules/medication-safety/local-rules.ts';

const keepMs = 30 * 60_000;
const sittingsMax = 5000;
/** A card that went while the next word was typed was never read. */
const readMs = 3000;

interface Stood {
  /** Of the row that was written for it last. */
  alert: string;
  sinceMs: number;
  /** Shown by the last check. */
  now: boolean;
}
interface Sitting {
  id: string;
  touchedMs: number;
  stood: Map<string, Stood>;
}
type Shown = readonly { uuid: string; card?: Card }[];

export class Sittings {
  readonly #held = new Map<string, Sitting>();

  /** A check while typing. The id that its rows carry. */
  checked(key: string, shown: Shown, atMs: number): string {
    const sitting = this.#of(key, atMs);
    this.#look(sitting, shown, atMs);
    return sitting.id;
  }

  /** Signed: alerts that interrupted long enough to be read, and that the signed orders no longer have. `unseen` is not gone. */
  signed(key: string, shown: Shown, unseen: readonly Card[], atMs: number): { id: string; changed: string[] } {
    const sitting = this.#of(key, atMs);
    this.#look(sitting, shown, atMs);
    this.#held.delete(key);
    const still = new Set(
      [...shown.flatMap(({ card }) => (card === undefined ? [] : [card])), ...unseen].map((card) => ruleKey(card.rule)),
    );
    return { id: sitting.id, changed: [...sitting.stood].flatMap(([rule, { alert }]) => (still.has(rule) ? [] : [alert])) };
  }

  /** The same orders asked about again at signing (another program's): whether they were counted before, and what went since. */
  askedAgain(key: string, shown: Shown, unseen: readonly Card[], atMs: number): { id: string; again: boolean; changed: string[] } {
    const again = this.#held.has(key) && atMs - this.#held.get(key)!.touchedMs < keepMs;
    const sitting = this.#of(key, atMs);
    this.#look(sitting, shown, atMs);
    const still = new Set(unseen.map((card) => ruleKey(card.rule)));
    const changed = [...sitting.stood].filter(([rule, stood]) => !stood.now && !still.has(rule));
    for (const [rule] of changed) sitting.stood.delete(rule);
    return { id: sitting.id, again, changed: changed.map(([, { alert }]) => alert) };
  }

  #of(key: string, atMs: number): Sitting {
    const held = this.#held.get(key);
    this.#held.delete(key);
    const sitting =
      held !== undefined && atMs - held.touchedMs < keepMs ? held : { id: randomUUID(), touchedMs: atMs, stood: new Map<string, Stood>() };
    sitting.touchedMs = atMs;
    this.#held.set(key, sitting);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= sittingsMax) break;
      this.#held.delete(oldest);
    }
    return sitting;
  }

  #look({ stood }: Sitting, shown: Shown, atMs: number): void {
    const here = new Map<string, string>();
    for (const { uuid, card } of shown) if (card !== undefined && card.tier !== 'aside') here.set(ruleKey(card.rule), uuid);
    for (const [rule, one] of stood) {
      if (here.has(rule)) continue;
      if (one.now && atMs - one.sinceMs < readMs) stood.delete(rule);
      else one.now = false;
    }
    for (const [rule, alert] of here) {
      const held = stood.get(rule);
      stood.set(rule, held === undefined || !held.now ? { alert, sinceMs: atMs, now: true } : { ...held, alert });
    }
  }
}
