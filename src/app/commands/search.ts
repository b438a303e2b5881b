// lamplight search: resources one a line, a table, or the Bundle as it came.

import { type Json, readJson, writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { withDestination } from '../destination/choose.ts';
import type { Answer, Destination } from '../destination/contract.ts';
import { outcomeText } from '../load/outcome-text.ts';
import { printData, printHint, printMisuse, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { columnOf } from './columns.ts';

export interface SearchOptions {
  url?: string;
  token?: string;
  all?: boolean;
  count?: string;
  table?: string;
  json?: boolean;
  quiet?: boolean;
}

type Members = { [name: string]: Json };

export async function searchCommand(settings: Settings, type: string, words: string[], options: SearchOptions): Promise<number> {
  const query = queryOf(words);
  if (!query.ok) return printMisuse(query.problem.message, 'give name=value words, or one query string that begins with "?"');
  if (options.count !== undefined && !/^\d{1,6}$/.test(options.count)) return printMisuse('--count takes a whole number');
  if (options.json === true && options.table !== undefined) return printMisuse('--json and --table exclude each other');
  const pairs = options.count === undefined ? query.value : [...query.value, `_count=${options.count}`];
  const target = `${encodeURIComponent(type)}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
  const done = await withDestination(settings, options, (destination) => printPages(destination, target, options));
  return done.ok ? 0 : printProblem(done.problem);
}

/** `name=value` words are encoded; a query string is taken as it is. */
function queryOf(words: string[]): Result<string[]> {
  const [first] = words;
  if (words.length === 1 && first?.startsWith('?') === true)
    return ok(
      first
        .slice(1)
        .split('&')
        .filter((part) => part !== ''),
    );
  const pairs: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) return fail('invalid', `${JSON.stringify(word.slice(0, 80))} is no name=value`);
    pairs.push(`${encodeURIComponent(word.slice(0, at))}=${encodeURIComponent(word.slice(at + 1))}`);
  }
  return ok(pairs);
}

async function printPages(destination: Destination, first: string, options: SearchOptions): Promise<Result<void>> {
  const columns = options.table?.split(',').map((column) => column.trim());
  const rows: string[][] = [];
  let target: string | undefined = first;
  let outcomes = 0;
  while (target !== undefined) {
    const answer: Result<Answer> = await destination.fhir({ method: 'GET', target });
    if (!answer.ok) return answer;
    const bundle = await bundleOf(answer.value);
    if (!bundle.ok) return bundle;
    const entries = Array.isArray(bundle.value['entry']) ? bundle.value['entry'].filter(isMembers) : [];
    if (options.json === true) await printData(answer.value.body);
    for (const entry of entries) {
      const resource = entry['resource'];
      const search = entry['search'];
      if (isMembers(search) && search['mode'] === 'outcome') {
        outcomes += 1;
        printNote(`note: ${outcomeText(writeJson(resource), 200)}`);
      } else if (options.json !== true && isMembers(resource)) {
        if (columns === undefined) await printData(writeJson(resource));
        else rows.push(columns.map((column) => columnOf(resource, column)));
      }
    }
    const next = nextOf(bundle.value);
    target = options.all === true ? next : undefined;
    if (next !== undefined && options.all !== true && options.quiet !== true && options.json !== true)
      printHint(`there is more: --all prints everything (${entries.length - outcomes} shown)`);
  }
  if (columns !== undefined) printTable(columns, rows);
  return ok(undefined);
}

async function bundleOf(answer: Answer): Promise<Result<Members>> {
  if (answer.status !== 200) return fail(kindOf(answer.status), outcomeText(answer.body, answer.status));
  const read = await readJson(answer.body, { maxEntryValues: 1_000_000 });
  if (!read.ok) return read;
  return isMembers(read.value) ? ok(read.value) : fail('unsupported', 'The server answered something that is no Bundle');
}

export const kindOf = (status: number): 'forbidden' | 'not-found' | 'gone' | 'invalid' =>
  status === 401 || status === 403 ? 'forbidden' : status === 404 ? 'not-found' : status === 410 ? 'gone' : 'invalid';

/** The next link below the base: the server may name itself differently than we reached it. */
function nextOf(bundle: Members): string | undefined {
  const links = Array.isArray(bundle['link']) ? bundle['link'].filter(isMembers) : [];
  const url = links.find((link) => link['relation'] === 'next')?.['url'];
  if (typeof url !== 'string') return undefined;
  const at = url.indexOf('?');
  const type = (at < 0 ? url : url.slice(0, at)).split('/').at(-1)!;
  return at < 0 ? type : `${type}${url.slice(at)}`;
}

const isMembers = (value: Json | undefined): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
