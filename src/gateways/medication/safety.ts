// The checks for the gateways: facts from the record as the asker may see it, or from what came with the question.
import { setImmediate as rest } from 'node:timers/promises';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { advise } from '../../modules/medication-safety/advise.ts';
import type { Answer, Facts, Order } from '../../modules/medication-safety/contract.ts';
import { type Asked, gatherFacts } from '../../modules/medication-safety/facts/from-chart.ts';
import type { KnowledgeBase } from '../../modules/medication-safety/knowledge/base.ts';
import type { Library } from '../../modules/medication-safety/library.ts';
import type { Caller, Page, RecordStore, Stored } from '../../record/contract.ts';

import type { Outside } from '../cds-hooks/outside.ts';
import { Parsed } from './parsed.ts';

export type SafetyRecord = Pick<RecordStore, 'read' | 'search' | 'searchSeveral'>;

/** A chart that can also be read page by page, for lists whose length nobody knows. */
export interface PagedChart extends Asked {
  /** All that is found, at most about `most`; `more`: it stopped there, and there is more. */
  pages(type: ResourceType, query: string, most: number): Promise<Result<{ resources: Resource[]; more: boolean }>>;
}

export interface Safety {
  library: Library;
  now(): Date;
  /** Facts of a patient of the record; a problem where there is none that the caller may see. */
  factsOf(caller: Caller, patient: string): Promise<Result<Facts>>;
  check(drafts: readonly Order[], facts: Facts): Answer;
  /** The record as the caller may see it. */
  chartFor(caller: Caller): Asked;
  /** Services of others that are asked when orders are signed; absent: none. */
  outside?: Outside;
}

/** `base`: the knowledge with what the site has changed about rules, as it is in force at this moment. */
export function openSafety(
  library: Library,
  record: SafetyRecord,
  now: () => Date,
  base: () => KnowledgeBase = () => library.base,
): Safety {
  const parsed = new Parsed();
  return {
    library,
    now,
    factsOf: (caller, patient) => gatherFacts(patient, now().getTime(), chartOf(record, caller, parsed), library),
    check: (drafts, facts) => advise(drafts, facts, base()),
    chartFor: (caller) => chartOf(record, caller, parsed),
  };
}

const shortText = 64 * 1024;
const countMax = 1000;
const pageCount = 500;

/** The record as this caller may see it, in the form that modules ask. */
export function chartOf(record: SafetyRecord, caller: Caller, parsed: Parsed = new Parsed()): PagedChart {
  const resourceOf = async (stored: Stored): Promise<Result<Resource>> => {
    const key = `${stored.type}/${stored.id}/${stored.version}`;
    const known = parsed.get(key);
    if (known !== undefined) return ok(known);
    const { body } = stored;
    const read = body.length <= shortText ? readJsonNow(body) : await readJson(body);
    if (!read.ok || !isResource(read.value)) return fail('busy', 'a stored resource could not be read');
    parsed.set(key, read.value, body.length);
    return ok(read.value);
  };
  return {
    async read(type: ResourceType, id: string) {
      const found = await record.read(caller, type, id);
      return found.ok ? resourceOf(found.value) : found;
    },
    search(type: ResourceType, text: string) {
      const query = asked(type, text);
      return query.ok ? answerOf(query.value, record.search(caller, query.value)) : Promise.resolve(query);
    },
    async pages(type: ResourceType, text: string, most: number) {
      const query = asked(type, text);
      if (!query.ok) return query;
      const resources: Resource[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await record.search(caller, { ...query.value, count: pageCount, ...(cursor === undefined ? {} : { cursor }) });
        if (!page.ok) return page;
        for (const stored of page.value.matches) {
          const read = await resourceOf(stored);
          if (!read.ok) return read;
          resources.push(read.value);
        }
        cursor = page.value.next;
        if (cursor === undefined) return ok({ resources, more: false });
        if (resources.length >= most) return ok({ resources, more: true });
        await rest();
      }
    },
    searchAll(questions: readonly (readonly [ResourceType, string])[]) {
      const queries = questions.map(([type, text]) => asked(type, text));
      const pages = record.searchSeveral(
        caller,
        queries.flatMap((query) => (query.ok ? [query.value] : [])),
      );
      let next = 0;
      return queries.map((query) => (query.ok ? answerOf(query.value, pages[next++]!) : Promise.resolve(query)));
    },
  };

  async function answerOf(query: Query, asking: Promise<Result<Page>>): Promise<Result<Resource[]>> {
    const page = await asking;
    if (!page.ok) return page;
    const resources: Resource[] = [];
    for (const stored of page.value.matches) {
      const read = await resourceOf(stored);
      if (!read.ok) return read;
      resources.push(read.value);
    }
    // More than one answer holds: a list that is cut is one that was not read.
    if (page.value.next !== undefined && query.count === countMax)
      return fail('too-costly', `there are more than ${countMax} of ${query.type}: not all were read`);
    return ok(resources);
  }
}

/**
 * Questions are the same but for the patient, and long: 200 laboratory codes. What does not change is read once; its clauses are
 * then the same objects, whose keys the record knows already.
 */
const readBefore = new Map<string, Query>();
const readBeforeMax = 200;

function asked(type: ResourceType, text: string): Result<Query> {
  const pairs = [...new URLSearchParams(text)];
  const fixed = pairs.filter(([name]) => name !== 'patient' && name !== '_id');
  const key = JSON.stringify([type, ...fixed]);
  let base = readBefore.get(key);
  if (base === undefined) {
    const read = parseQuery(type, fixed);
    if (!read.ok) return read;
    base = read.value;
    if (readBefore.size < readBeforeMax) readBefore.set(key, base);
  }
  const whose = parseQuery(
    type,
    pairs.filter(([name]) => name === 'patient' || name === '_id'),
  );
  if (!whose.ok) return whose;
  return ok({
    ...base,
    where: [...whose.value.where, ...base.where],
    understood: [...whose.value.understood, ...base.understood],
    count: Math.min(base.count ?? countMax, countMax),
  });
}

const isResource = (value: unknown): value is Resource => typeof value === 'object' && value !== null && 'resourceType' in value;
