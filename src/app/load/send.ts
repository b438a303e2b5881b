// Items to the record, and what became of each. Resources travel together in one transaction; where that is refused, as a
// batch, whose answer names each refused one while the others get in.
import { ok, type Result } from '../../fhir/result.ts';
import type { Answer, Ask, Destination } from '../destination/contract.ts';
import { askPatiently, type Patience } from './ask-patiently.ts';
import type { BundleItem, Outcome, Place, Refused, ResourceItem, SendableItem } from './contract.ts';
import { outcomeText, parsed } from './outcome-text.ts';

export interface Sender {
  /** Outcomes in the order given. Problem: the load cannot go on. */
  send(items: SendableItem[]): Promise<Result<Outcome[]>>;
}

export function makeSender(destination: Destination, patience: Patience): Sender {
  const ask = (one: Ask): Promise<Result<Answer>> => askPatiently(destination, one, patience);
  const bundle = (type: string, items: ResourceItem[]): Promise<Result<Answer>> =>
    ask({ method: 'POST', target: '', body: bundleText(type, items), headers: { prefer: 'return=minimal' } });

  async function single(item: ResourceItem): Promise<Result<Outcome[]>> {
    const target = `${item.type}/${encodeURIComponent(item.id)}`;
    const headers = { prefer: 'return=minimal', ...(item.made ? { 'if-none-match': '*' } : {}) };
    const answer = await ask({ method: 'PUT', target, body: item.text, headers });
    return answer.ok ? ok([resourceOutcome(item, answer.value.status, answer.value.body)]) : answer;
  }

  async function together(items: ResourceItem[]): Promise<Result<Outcome[]>> {
    const [first] = items;
    if (items.length === 1 && first !== undefined && !first.conditional) return single(first);
    const answer = await bundle('transaction', items);
    if (!answer.ok) return answer;
    const { status, body } = answer.value;
    if (isDone(status)) return ok(items.map(() => written(1)));
    if (items.length === 1 && first !== undefined) return ok([resourceOutcome(first, status, body)]);
    // Too large is not a matter of one item; a reference that is a search is only resolved in a transaction.
    return status === 413 || items.some((item) => item.conditional) ? halves(items) : oneByOne(items);
  }

  async function halves(items: ResourceItem[]): Promise<Result<Outcome[]>> {
    const middle = Math.ceil(items.length / 2);
    const first = await together(items.slice(0, middle));
    if (!first.ok) return first;
    const second = await together(items.slice(middle));
    return second.ok ? ok([...first.value, ...second.value]) : second;
  }

  async function oneByOne(items: ResourceItem[]): Promise<Result<Outcome[]>> {
    const answer = await bundle('batch', items);
    if (!answer.ok) return answer;
    const parts = isDone(answer.value.status) ? entriesOf(answer.value.body) : undefined;
    if (parts === undefined || parts.length !== items.length) return halves(items);
    const outcomes: Outcome[] = [];
    for (const [at, part] of parts.entries()) {
      const item = items[at]!;
      if (part.status !== 429 && part.status !== 503) {
        outcomes.push(resourceOutcome(item, part.status, part.outcome));
        continue;
      }
      const again = await together([item]);
      if (!again.ok) return again;
      outcomes.push(...again.value);
    }
    return ok(outcomes);
  }

  async function whole(item: BundleItem): Promise<Result<Outcome[]>> {
    const answer = await ask({ method: 'POST', target: '', body: item.text, headers: { prefer: 'return=minimal' } });
    if (!answer.ok) return answer;
    const { status, body } = answer.value;
    if (isDone(status)) return ok([item.type === 'batch' ? batchOutcome(item, body) : written(item.resources)]);
    if (status === 412 && item.made !== undefined) {
      const there = await ask({ method: 'GET', target: `${item.made}?_elements=id` });
      if (!there.ok) return there;
      if (there.value.status === 200) return ok([{ written: 0, there: item.resources, refused: [] }]);
    }
    const text = outcomeText(body, status);
    const refused: Refused = { place: placeIn(item.place, text), resource: 'Bundle', status, reason: withoutEntries(text) };
    return ok([{ written: 0, there: 0, refused: [refused] }]);
  }

  return {
    async send(items) {
      const outcomes: Outcome[] = [];
      const resources = items.filter((item) => item.kind === 'resource');
      if (resources.length === items.length) return resources.length === 0 ? ok([]) : together(resources);
      for (const item of items) {
        const sent = item.kind === 'bundle' ? await whole(item) : await together([item]);
        if (!sent.ok) return sent;
        outcomes.push(...sent.value);
      }
      return ok(outcomes);
    },
  };
}

const written = (resources: number): Outcome => ({ written: resources, there: 0, refused: [] });

const isDone = (status: number): boolean => status >= 200 && status < 300;

function bundleText(type: string, items: ResourceItem[]): string {
  const entries = items.map((item) => {
    const url = `${item.type}/${encodeURIComponent(item.id)}`;
    return `{"resource":${item.text},"request":{"method":"PUT","url":"${url}"${item.made ? ',"ifNoneMatch":"*"' : ''}}}`;
  });
  return `{"resourceType":"Bundle","type":"${type}","entry":[${entries.join(',')}]}`;
}

/** An id that was made here names this very content: finding it means that an earlier load wrote it. */
function resourceOutcome(item: ResourceItem, status: number, outcome: unknown): Outcome {
  if (isDone(status)) return written(1);
  if (status === 412 && item.made) return { written: 0, there: 1, refused: [] };
  const resource = item.made ? item.type : `${item.type}/${item.id}`;
  const reason = withoutEntries(outcomeText(outcome, status));
  return { written: 0, there: 0, refused: [{ place: item.place, resource, status, reason }] };
}

/** The place says already which entry of which Bundle it was. */
const withoutEntries = (reason: string): string =>
  reason.replaceAll(/ ?\(Bundle\.entry\[\d+\](?: \(([^()]*)\))?\)/g, (_, inside?: string) => (inside === undefined ? '' : ` (${inside})`));

function batchOutcome(item: BundleItem, body: string): Outcome {
  const found: Outcome = { written: 0, there: 0, refused: [] };
  for (const [entry, { status, outcome }] of (entriesOf(body) ?? []).entries()) {
    if (isDone(status) || status === 304) found.written += 1;
    else if (status === 412 && item.madeEntries.has(entry)) found.there += 1;
    else found.refused.push({ place: { ...item.place, entry }, status, reason: withoutEntries(outcomeText(outcome, status)) });
  }
  return found;
}

/** The entry of a transaction that a refusal names. */
function placeIn(place: Place, reason: string): Place {
  const entry = /Bundle\.entry\[(\d+)\]/.exec(reason)?.[1];
  return entry === undefined ? place : { ...place, entry: Number(entry) };
}

interface Part {
  status: number;
  outcome: unknown;
}

/** What a batch-response says of each entry; undefined where it is none. */
function entriesOf(body: string): Part[] | undefined {
  const value = parsed(body);
  const entry: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'entry') : undefined;
  if (!Array.isArray(entry)) return undefined;
  return entry.map((one: { response?: { status?: string; outcome?: unknown } } | null) => ({
    status: Number.parseInt(one?.response?.status ?? '', 10) || 0,
    outcome: one?.response?.outcome,
  }));
}
