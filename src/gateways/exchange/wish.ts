// What of the messages is wanted, as an address says it.
import type { MessageState, MessageWish, PruneWish } from '../../exchange/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';

const states: readonly MessageState[] = ['waiting', 'done', 'failed', 'dropped'];

const oneResource = /^[A-Z]\w+\/[\w.-]{1,64}$/;

const readers: Readonly<Record<string, (text: string) => Partial<MessageWish> | undefined>> = {
  channel: (channel) => ({ channel }),
  state: (text) => {
    const state = states.find((one) => one === text);
    return state === undefined ? undefined : { state };
  },
  'control-id': (controlId) => ({ controlId }),
  key: (key) => ({ key }),
  kind: (kind) => ({ kind }),
  sender: (sender) => ({ sender }),
  direction: (text) => (text === 'in' || text === 'out' ? { direction: text } : undefined),
  resource: (resource) => (oneResource.test(resource) ? { resource } : undefined),
  since: (text) => instant(text, 'since'),
  until: (text) => instant(text, 'until'),
  count: (text) => (/^\d{1,4}$/.test(text) && Number(text) > 0 ? { count: Math.min(Number(text), 1000) } : undefined),
  cursor: (cursor) => ({ cursor }),
};

function instant(text: string, name: 'since' | 'until'): Partial<MessageWish> | undefined {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : { [name]: at };
}

export function readWish(search: string): Result<MessageWish> {
  let wish: MessageWish = { count: 50 };
  for (const [name, value] of new URLSearchParams(search)) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (reader === undefined)
      return fail(
        'invalid',
        `"${name.slice(0, 40)}" is nothing that messages are found by; use ${Object.keys(readers).join(', ')}`,
        name.slice(0, 40),
      );
    // PostgreSQL's text holds no NUL, and nothing that is looked for has control characters.
    const read = /\p{Cc}/u.test(value) ? undefined : reader(value);
    if (read === undefined) return fail('invalid', `"${value.slice(0, 40)}" cannot be read as ${name}; see /docs for what it takes`, name);
    wish = { ...wish, ...read };
  }
  return ok(wish);
}

/** `channel`, `days`, `failed` and `dry-run` of an address. */
export function readPruneWish(url: string): Result<PruneWish> {
  const query = new URL(url, 'http://here').searchParams;
  for (const name of query.keys())
    if (!['channel', 'days', 'failed', 'dry-run'].includes(name))
      return fail('invalid', `"${name.slice(0, 40)}" is not known here; use channel, days, failed, dry-run`, name.slice(0, 40));
  const [channel, days] = [query.get('channel'), query.get('days')];
  for (const name of ['failed', 'dry-run'])
    if (query.has(name) && !['true', 'false'].includes(query.get(name) ?? ''))
      return fail('invalid', `${name} must be true or false`, name);
  if (days !== null && !/^\d{1,6}$/.test(days)) return fail('invalid', 'days must be a whole number such as 90', 'days');
  if (days === null && query.get('failed') === 'true')
    return fail('invalid', 'Say with days how old failed messages must be to be given up', 'failed');
  return ok({
    dryRun: query.get('dry-run') === 'true',
    ...(channel === null ? {} : { channel }),
    ...(days === null ? {} : { keep: { days: Number(days), failed: query.get('failed') === 'true' } }),
  });
}

/** `resource` of an address that names nothing else: `Type/id`. */
export function readResource(url: string): Result<string> {
  const query = new URL(url, 'http://here').searchParams;
  const other = [...query.keys()].find((name) => name !== 'resource');
  if (other !== undefined) return fail('invalid', `"${other.slice(0, 40)}" is not known here; use resource`, other.slice(0, 40));
  const resource = query.get('resource') ?? '';
  if (query.getAll('resource').length > 1 || !oneResource.test(resource))
    return fail('invalid', 'Name one resource as Type/id: ?resource=Observation/123', 'resource');
  return ok(resource);
}
