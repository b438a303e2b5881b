import { afterEach, expect, it, vi } from 'vitest';
import { pagesOf } from './fhir.ts';

afterEach(() => vi.unstubAllGlobals());

/** A server that has these pages; answers what was asked for, in order. */
function server(pages: Readonly<Record<string, object>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('window', { location: { origin: 'http://here' } });
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    const page = pages[path];
    return page === undefined ? new Response('{}', { status: 404 }) : new Response(JSON.stringify(page));
  });
  return asked;
}

const page = (link: object[], ...ids: string[]) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  link,
  entry: ids.map((id) => ({ resource: { resourceType: 'Observation', id } })),
});
const next = (url: string) => ({ relation: 'next', url });

async function read(): Promise<(string | undefined)[][]> {
  const found = [];
  for await (const { resources } of pagesOf('Observation', { patient: 'p' }, new AbortController().signal))
    found.push(resources.map(({ id }) => id));
  return found;
}

it('gives page after page, and asks for the next one before it gives this one', async () => {
  const asked = server({
    '/fhir/Observation?patient=p': page([{ relation: 'self', url: 'http://here/x' }, next('http://here/fhir?page=2')], 'a', 'b'),
    '/fhir?page=2': page([], 'c'),
  });
  const pages = pagesOf('Observation', { patient: 'p' }, new AbortController().signal);
  await pages.next();
  expect(asked).toEqual(['/fhir/Observation?patient=p', '/fhir?page=2']);
  expect(await read()).toEqual([['a', 'b'], ['c']]);
});

it('follows the links of the page and none that stands in what was found', async () => {
  const told = page([], 'a');
  const hostile = { resourceType: 'Observation', id: 'a', link: [next('http://here/fhir?page=evil')] };
  const asked = server({ '/fhir/Observation?patient=p': { ...told, entry: [{ resource: hostile }] } });
  expect(await read()).toEqual([['a']]);
  expect(asked).toHaveLength(1);
});

it('follows a link that stands behind what was found, too', async () => {
  const { link, ...rest } = page([next('http://here/fhir?page=2')], 'a');
  server({ '/fhir/Observation?patient=p': { ...rest, link }, '/fhir?page=2': page([], 'b') });
  expect(await read()).toEqual([['a'], ['b']]);
});

it('fails where a page fails', async () => {
  server({ '/fhir/Observation?patient=p': page([next('http://here/fhir?page=gone')], 'a') });
  await expect(read()).rejects.toThrow();
});
