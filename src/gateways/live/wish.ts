// What is asked of the feed: `GET /feed?after=1200&types=Observation,Encounter&count=100`. Strict, like every search: what
// is not understood is refused.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isResourceType } from '../../fhir/search/references.ts';

export interface Wish {
  after: bigint | 'now';
  types?: ResourceType[];
  count?: number;
}

/** `lastEventId`: what an EventSource sends when it comes back; it knows better than the address where it stood. */
export function readWish(query: string, lastEventId: string | undefined): Result<Wish> {
  const wish: Wish = { after: 0n };
  for (const [name, value] of new URLSearchParams(query)) {
    const read = readers[name];
    if (read === undefined)
      return fail(
        'invalid',
        `The feed has no parameter ${JSON.stringify(name.slice(0, 50))}: it knows after, types and count`,
        name.slice(0, 50),
      );
    const problem = read(wish, value);
    if (problem !== undefined) return fail('invalid', problem, name);
  }
  if (lastEventId !== undefined && lastEventId !== '') {
    const problem = readers['after']!(wish, lastEventId);
    if (problem !== undefined) return fail('invalid', problem, 'Last-Event-ID');
  }
  return ok(wish);
}

/** Each puts its value into the wish, or says what is wrong with it. */
const readers: Partial<Record<string, (wish: Wish, value: string) => string | undefined>> = {
  after(wish, value) {
    if (value !== 'now' && !/^\d{1,18}$/.test(value)) return 'after is a position such as 1200, 0 for the beginning, or now';
    wish.after = value === 'now' ? value : BigInt(value);
    return undefined;
  },
  types(wish, value) {
    const types = value.split(',');
    const unknown = types.find((type) => !isResourceType(type));
    if (unknown !== undefined) return `${JSON.stringify(unknown.slice(0, 60))} is not a resource type of FHIR R4`;
    wish.types = [...new Set([...(wish.types ?? []), ...types.filter(isResourceType)])];
    return undefined;
  },
  count(wish, value) {
    if (!/^[1-9]\d{0,8}$/.test(value)) return 'count is a whole number from 1';
    wish.count = Number(value);
    return undefined;
  },
};
