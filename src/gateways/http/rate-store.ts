// The counter of @fastify/rate-limit, shared by all processes on a database. A class per registration: the plugin makes one for the
// whole server and one for each route with a limit of its own.
import type { RateCounts } from '../../people/rate-counts.ts';

type Answer = (error: Error | null, result?: { current: number; ttl: number }) => void;

/** What the plugin says of a route. */
interface RouteOptions {
  method?: string | string[];
  url?: string;
  routeInfo?: { method?: string | string[]; url?: string };
}

export const sharedRateStore = (counts: RateCounts) =>
  class Store {
    readonly #scope: string;
    constructor(_options: unknown, scope = '') {
      this.#scope = scope;
    }
    incr(key: string, answer: Answer, spanMs: number): void {
      const { count, leftMs } = counts.count(`${this.#scope} ${key}`, spanMs, Date.now());
      answer(null, { current: count, ttl: leftMs });
    }
    child({ routeInfo, method, url }: RouteOptions): Store {
      return new Store(undefined, `${String(routeInfo?.method ?? method ?? '')} ${routeInfo?.url ?? url ?? ''}`);
    }
  };
