// What is asked of the feed: `GET /feed?after=1200&types=Observation,Encounter&count=100`. Strict, like every search: what
// is not understood is refused.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import { defaultLiveSettings } from './contract.ts';

/** Changes of a page where nothing is said. */
export const usualPage = 100;

export interface Wish {
  after: bigint | 'now';
  types?: ResourceType[];
  count?: number;
}

/** `lastEventId`: what an EventSource sends when it comes back; it knows better than the address where it stood. */
export function readWish(query: string, lastEventId: string | undefined): Result<Wish> {
  const wish: Wish = { after: 0n };
  for (const [name, value] of new URLSearchParams(query)) {
    const parameter = isParameter(name) ? feedParameters[name] : undefined;
    if (parameter === undefined)
      return fail(
        'invalid',
        `The feed has no parameter ${JSON.stringify(name.slice(0, 50))}: it knows ${Object.keys(feedParameters).join(', ')}`,
        name.slice(0, 50),
      );
    const problem = parameter.read(wish, value);
    if (problem !== undefined) return fail('invalid', problem, name);
  }
  if (lastEventId !== undefined && lastEventId !== '') {
    const problem = feedParameters.after.read(wish, lastEventId);
    if (problem !== undefined) return fail('invalid', problem, 'Last-Event-ID');
  }
  return ok(wish);
}

const isParameter = (name: string): name is keyof typeof feedParameters => Object.hasOwn(feedParameters, name);

export interface FeedParameter {
  /** For /openapi.json, which is made from this table. */
  says: string;
  schema: object;
  example: string;
  /** Puts the value into the wish, or says what is wrong with it. */
  read(wish: Wish, value: string): string | undefined;
}

export const feedParameters: Record<'after' | 'types' | 'count', FeedParameter> = {
  after: {
    says: 'Position behind which to begin: 0 for the first change (also where it is absent), "now" for what comes from here on',
    schema: { type: 'string', pattern: '^(now|\\d{1,18})$', default: '0' },
    example: '1200',
    read(wish, value) {
      if (value !== 'now' && !/^\d{1,18}$/.test(value)) return 'after is a position such as 1200, 0 for the beginning, or now';
      wish.after = value === 'now' ? value : BigInt(value);
      return undefined;
    },
  },
  types: {
    says: 'Only changes of these resource types, separated by commas; may be given more than once',
    schema: { type: 'string', pattern: '^[A-Z][A-Za-z]+(,[A-Z][A-Za-z]+)*$' },
    example: 'Observation,Encounter',
    read(wish, value) {
      const types = value.split(',');
      const unknown = types.find((type) => !isResourceType(type));
      if (unknown !== undefined) return `${JSON.stringify(unknown.slice(0, 60))} is not a resource type of FHIR R4`;
      wish.types = [...new Set([...(wish.types ?? []), ...types.filter(isResourceType)])];
      return undefined;
    },
  },
  count: {
    says: `Most changes of a page, or of what a stream sends at once; ${usualPage} where it is absent, never more than ${defaultLiveSettings.pageMax}`,
    schema: { type: 'integer', minimum: 1, maximum: 999_999_999, default: usualPage },
    example: '50',
    read(wish, value) {
      if (!/^[1-9]\d{0,8}$/.test(value)) return 'count is a whole number from 1';
      wish.count = Number(value);
      return undefined;
    },
  },
};
