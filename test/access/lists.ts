// What lists show: searches and histories page by page to the end, and the feed. Each must hold all that the asker may see and
// nothing else: who sees too little is not served, and who sees too much is not stopped.
import type { Answer, Caller, Json } from '../calls.ts';
import { all, nowOf, type Planted } from './canaries.ts';
import { entriesOf } from './reads.ts';
import { type Asker, sees } from './roles.ts';

const nextOf = ({ json }: Answer): string | undefined => {
  for (const link of Object.values(json?.['link'] ?? [])) if (String(link['relation']) === 'next') return String(link['url']);
  return undefined;
};

export interface Walked {
  answers: Answer[];
  entries: Json[];
}

/** All pages behind this one. */
export async function walk(call: Caller, address: string, path: string, token: string): Promise<Walked> {
  const answers: Answer[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: Answer = await call('GET', next, { token });
    answers.push(answer);
    next = nextOf(answer)?.replace(address, '');
  }
  return { answers, entries: answers.flatMap(({ json }) => entriesOf(json)) };
}

/** `Type/id` of what a search for this type must find. */
export const visibleNow = (asker: Asker, type: string): string[] =>
  all()
    .filter((one) => one.type === type && nowOf(one).deleted !== true && sees(asker, type, nowOf(one)))
    .map(({ id }) => `${type}/${id}`)
    .sort();

/** `Type/id version` of what a history must hold. */
export const visibleEver = (asker: Asker, type?: string): string[] =>
  all()
    .filter((one) => type === undefined || one.type === type)
    .flatMap((one) => one.versions.flatMap((version, i) => (sees(asker, one.type, version) ? [`${one.type}/${one.id} ${i + 1}`] : [])))
    .sort();

export const foundIn = ({ entries }: Walked): string[] =>
  entries
    .map(({ resource }) => `${String(resource?.['resourceType'])}/${String(resource?.['id'])}`)
    .filter((name) => !name.startsWith('OperationOutcome'))
    .sort();

export const versionsIn = ({ entries }: Walked): string[] =>
  entries.map((entry) => `${String(entry['request']?.['url'])} ${/\d+/.exec(String(entry['response']?.['etag']))?.[0]}`).sort();

export const changesIn = (changes: Json | undefined): string[] =>
  Object.values(changes ?? [])
    .map((change) => `${String(change['type'])}/${String(change['id'])} ${String(change['version'])}`)
    .sort();

/** Pages of the feed to its end. */
export async function feedPages(call: Caller, token: string, query = ''): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let after = '0'; ; ) {
    const answer = await call('GET', `/feed?after=${after}&count=50${query}`, { token, headers: { accept: 'application/json' } });
    answers.push(answer);
    const next = String(answer.json?.['next'] ?? after);
    if (next === after || answer.status !== 200) return answers;
    after = next;
  }
}

/** The stream of the feed until nothing new has come for a while. */
export async function feedStream(address: string, token: string, patienceMs = 400): Promise<string> {
  const ended = new AbortController();
  let timer = setTimeout(() => ended.abort(), 5_000);
  const heard: string[] = [];
  try {
    const response = await fetch(`${address}/feed?after=0`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      signal: ended.signal,
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      heard.push(decoder.decode(chunk, { stream: true }));
      clearTimeout(timer);
      timer = setTimeout(() => ended.abort(), patienceMs);
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return heard.join('');
}

export const eventsIn = (stream: string): string[] =>
  [...stream.matchAll(/^data: (.*)$/gm)].flatMap(([, data]) => changesIn(JSON.parse(`[${data}]`) as Json)).sort();

export const planned = (of: (one: Planted) => boolean): Planted[] => all().filter(of);
