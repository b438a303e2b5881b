// For tests: a record in memory that answers as a FHIR server does to what a load sends, and may fail in every way.
import { ok } from '../../fhir/result.ts';
import type { Answer, Ask, Destination } from '../destination/contract.ts';

interface Entry {
  resource: { resourceType: string; id: string; refuse?: boolean };
  request: { method: string; url: string; ifNoneMatch?: string };
}

export interface MemoryRecord extends Destination {
  held: Map<string, { text: string; version: number }>;
  asked: Ask[];
}

/**
 * Refuses a resource with `"refuse": true`. `fault` may answer in place of the record, before it acts ('before') or after
 * ('after': done, but nobody hears of it).
 */
export function memoryRecord(
  fault: (count: number) => { when: 'before' | 'after'; answer: Answer | 'unreachable' } | undefined = () => undefined,
): MemoryRecord {
  const held = new Map<string, { text: string; version: number }>();
  const asked: Ask[] = [];

  function put(entry: Entry): number {
    const { resource, request } = entry;
    if (resource.refuse === true) return 422;
    const before = held.get(request.url);
    if (before !== undefined && request.ifNoneMatch === '*') return 412;
    held.set(request.url, { text: JSON.stringify(resource), version: (before?.version ?? 0) + 1 });
    return before === undefined ? 201 : 200;
  }

  function bundle({ type, entry }: { type: string; entry: Entry[] }): Answer {
    if (type === 'batch') {
      const parts = entry.map((one) => ({ response: { status: String(put(one)), outcome: outcome('refused') } }));
      return { status: 200, headers: {}, body: JSON.stringify({ entry: parts }) };
    }
    const before = new Map(held);
    for (const [index, one] of entry.entries()) {
      const status = put(one);
      if (status < 400) continue;
      held.clear();
      for (const [name, value] of before) held.set(name, value);
      return { status, headers: {}, body: JSON.stringify(outcome(`refused (Bundle.entry[${index}])`)) };
    }
    return { status: 200, headers: {}, body: '{}' };
  }

  function answer(ask: Ask): Answer {
    if (ask.method === 'GET') {
      const found = held.get(ask.target.split('?')[0]!);
      return { status: found === undefined ? 404 : 200, headers: {}, body: found?.text ?? '{}' };
    }
    const body = JSON.parse(ask.body ?? '') as Entry['resource'] & { type: string; entry: Entry[] };
    if (ask.method === 'POST') return bundle(body);
    const status = put({ resource: body, request: { method: 'PUT', url: ask.target, ifNoneMatch: ask.headers?.['if-none-match'] } });
    return { status, headers: {}, body: JSON.stringify(outcome('refused')) };
  }

  return {
    name: 'memory',
    key: 'memory',
    journal: '',
    held,
    asked,
    async fhir(ask) {
      asked.push(ask);
      const number = asked.length;
      // The order in which requests end is not the one in which they were made.
      for (let turns = (number * 7) % 5; turns >= 0; turns--) await new Promise((resolve) => setImmediate(resolve));
      const wrong = fault(number);
      const done = wrong?.when === 'before' ? undefined : answer(ask);
      if (wrong?.answer === 'unreachable') return { ok: false, problem: { kind: 'busy', message: 'memory cannot be reached' } };
      return ok(wrong?.answer ?? done!);
    },
    feed: () => Promise.reject(new Error('not here')),
    audit: () => Promise.reject(new Error('not here')),
    exportTo: () => Promise.reject(new Error('not here')),
    takeLines: () => Promise.reject(new Error('not here')),
    follow: () => Promise.reject(new Error('not here')),
  };
}

const outcome = (diagnostics: string): object => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', diagnostics }] });
