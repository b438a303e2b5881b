// lamplight get: one resource, one version of it, or all of them.
import { type Json, readJson, writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { pretty } from '../../gateways/fhir-rest/pretty.ts';
import { withDestination } from '../destination/choose.ts';
import type { Answer, Destination } from '../destination/contract.ts';
import { outcomeText } from '../load/outcome-text.ts';
import { printData, printMisuse, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { kindOf } from './search.ts';

export interface GetOptions {
  url?: string;
  token?: string;
  version?: string;
  history?: boolean;
  json?: boolean;
}

export async function getCommand(settings: Settings, reference: string, options: GetOptions): Promise<number> {
  const [, type, id] = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/.exec(reference) ?? [];
  if (type === undefined || id === undefined)
    return printMisuse(`${JSON.stringify(reference.slice(0, 100))} is no TYPE/ID`, 'give one such as Patient/123');
  if (options.version !== undefined && options.history === true) return printMisuse('--version and --history exclude each other');
  if (options.version !== undefined && !/^\d{1,9}$/.test(options.version)) return printMisuse('--version takes a whole number');
  const done = await withDestination(settings, options, (destination) =>
    options.history === true ? printHistory(destination, `${type}/${id}`) : printOne(destination, `${type}/${id}`, options),
  );
  return done.ok ? 0 : printProblem(done.problem);
}

async function printOne(destination: Destination, target: string, { version, json }: GetOptions): Promise<Result<void>> {
  const answer = await got(destination, version === undefined ? target : `${target}/_history/${version}`);
  if (!answer.ok) return answer;
  await printData(json === true ? answer.value.body : pretty(answer.value.body));
  return ok(undefined);
}

/** Newest first; a deletion is a line that says so. */
async function printHistory(destination: Destination, name: string): Promise<Result<void>> {
  let target: string | undefined = `${name}/_history?_count=100`;
  while (target !== undefined) {
    const answer: Result<Answer> = await got(destination, target);
    if (!answer.ok) return answer;
    const bundle = await readJson(answer.value.body, { maxEntryValues: 1_000_000 });
    if (!bundle.ok) return bundle;
    const entries = memberOf(bundle.value, 'entry');
    for (const entry of Array.isArray(entries) ? entries : []) {
      const resource = memberOf(entry, 'resource');
      await printData(writeJson(resource ?? { deleted: name, response: memberOf(entry, 'response') ?? null }));
    }
    const links = memberOf(bundle.value, 'link');
    const next = (Array.isArray(links) ? links : []).find((link) => memberOf(link, 'relation') === 'next');
    const url = next === undefined ? undefined : memberOf(next, 'url');
    target = typeof url === 'string' ? `${name}/_history${url.slice(url.indexOf('?'))}` : undefined;
  }
  return ok(undefined);
}

async function got(destination: Destination, target: string): Promise<Result<Answer>> {
  const answer = await destination.fhir({ method: 'GET', target });
  if (!answer.ok || answer.value.status === 200) return answer;
  return fail(kindOf(answer.value.status), outcomeText(answer.value.body, answer.value.status));
}

const memberOf = (value: Json, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && name in value
    ? (value as { [name: string]: Json })[name]
    : undefined;
