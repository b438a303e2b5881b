// npm run bench -- chart [times]: what one page of a chart costs in the ways that there are to ask for it, on a demonstration server:
// requests, bytes, time until the last answer, and processor time of the server for each page. Beside them the bytes that a query
// language with selected fields would send at least (docs/decisions/0013).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { stand } from '../../test/calls.ts';

const times = Number(process.argv[2] ?? 40);
const patientsMax = 20;

interface Resource {
  resourceType: string;
  id: string;
  [name: string]: unknown;
}
interface Bundle {
  entry?: { resource?: Resource & Bundle }[];
  link?: { relation: string; url: string }[];
}

/** What the page shows: one search a panel, and the elements that its lines are made of. */
const panels: [search: string, elements: string[]][] = [
  ['Patient?_id=ID', ['name', 'gender', 'birthDate', 'identifier']],
  ['AllergyIntolerance?patient=ID', ['code', 'criticality', 'clinicalStatus']],
  ['Condition?patient=ID&clinical-status=active', ['code', 'onset']],
  ['MedicationRequest?patient=ID&status=active', ['medication', 'dosageInstruction', 'authoredOn']],
  ['Observation?patient=ID&category=vital-signs&_sort=-date&_count=30', ['code', 'effective', 'value', 'component']],
  ['Observation?patient=ID&category=laboratory&_sort=-date&_count=50', ['code', 'effective', 'value', 'interpretation']],
  ['Encounter?patient=ID&_sort=-date&_count=10', ['class', 'type', 'period']],
  ['Immunization?patient=ID', ['vaccineCode', 'occurrence']],
];
const revincludes = ['AllergyIntolerance', 'Condition', 'MedicationRequest', 'Observation', 'Encounter', 'Immunization'];

interface Page {
  requests: number;
  texts: string[];
}

/** Text alone of a concept, value and unit of a quantity: what a selection down to the leaf would ask for. */
function leaf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(leaf);
  if (typeof value !== 'object' || value === null) return value;
  const of = value as Record<string, unknown>;
  if ('coding' in of || 'text' in of) return { text: of['text'] ?? (of['coding'] as { display?: string }[])[0]?.display };
  if ('value' in of && 'unit' in of) return { value: of['value'], unit: of['unit'] };
  return Object.fromEntries(Object.entries(of).map(([name, one]) => [name, leaf(one)]));
}

/** `value` stands for valueQuantity and the others of the choice. */
const leaves = (resource: Resource, elements: readonly string[]): object =>
  Object.fromEntries(
    Object.entries(resource)
      .filter(([name]) => elements.some((one) => name === one || (name.startsWith(one) && /^[A-Z]/.test(name.slice(one.length)))))
      .map(([name, value]) => [name, leaf(value)]),
  );

const bytesOf = (texts: string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
const packedOf = (texts: string[]): number => texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
const medianOf = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
/** User and system time of a process, ms (proc(5); a tick is 10 ms). */
const processorMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

async function main(): Promise<void> {
  const here = await stand({ env: { LAMPLIGHT_DEMO: 'on', LAMPLIGHT_DEMO_LIVE: 'off', LAMPLIGHT_RATE_PER_MINUTE: '0' } });
  try {
    const get = async (path: string): Promise<string> => {
      const { status, text } = await here.call('GET', path);
      if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 300)}`);
      return text;
    };
    const all = JSON.parse(await get(`/fhir/Patient?_count=${patientsMax}`)) as Bundle;
    const ids = all.entry!.map(({ resource }) => resource!.id);
    const paths = (id: string, elements: boolean): string[] =>
      panels.map(([search, names]) => `${search.replace('ID', id)}${elements ? `&_elements=${names.join(',')}` : ''}`);
    const batch = async (id: string, elements: boolean): Promise<Page> => {
      const entry = paths(id, elements).map((url) => ({ request: { method: 'GET', url } }));
      const { text } = await here.call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'batch', entry } });
      const wrong = (JSON.parse(text) as { entry: { response: { status: string } }[] }).entry.find(
        ({ response }) => response.status !== '200',
      );
      if (wrong !== undefined) throw new Error(JSON.stringify(wrong).slice(0, 500));
      return { requests: 1, texts: [text] };
    };
    const everything = async (id: string): Promise<Page> => {
      const texts: string[] = [];
      for (let path: string | undefined = `/fhir/Patient/${id}/$everything?_count=1000`; path !== undefined; ) {
        texts.push(await get(path));
        const next = (JSON.parse(texts.at(-1)!) as Bundle).link?.find(({ relation }) => relation === 'next')?.url;
        path = next?.slice(next.indexOf('/fhir/'));
      }
      return { requests: texts.length, texts };
    };
    const ways: [name: string, ask: (id: string) => Promise<Page>][] = [
      ['one batch of 8 searches', (id) => batch(id, false)],
      ['the same with _elements', (id) => batch(id, true)],
      [
        '8 requests at once',
        async (id) => ({ requests: 8, texts: await Promise.all(paths(id, false).map((path) => get(`/fhir/${path}`))) }),
      ],
      [
        'one search with _revinclude',
        async (id) => ({
          requests: 1,
          texts: [await get(`/fhir/Patient?_id=${id}${revincludes.map((type) => `&_revinclude=${type}:patient`).join('')}`)],
        }),
      ],
      ['$everything', everything],
    ];
    // What is compiled at first use is not what a page costs.
    for (let round = 0; round < 5; round++) for (const [, ask] of ways) for (const id of ids) await ask(id);
    console.log(
      `\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${ids.length} patients of the demonstration, ${times} pages each way\n`,
    );
    console.log('| a chart page as | requests | kB | packed kB | ms until the last answer | processor ms of the server |');
    console.log('| --- | --- | --- | --- | --- | --- |');
    const pid = here.server.process.pid!;
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    for (const [name, ask] of ways) {
      const pages: Page[] = [];
      for (const id of ids) pages.push(await ask(id));
      const tookMs: number[] = [];
      const before = processorMs(pid);
      for (let i = 0; i < times; i++) {
        const startMs = performance.now();
        await ask(ids[i % ids.length]!);
        tookMs.push(performance.now() - startMs);
      }
      const usedMs = (processorMs(pid) - before) / times;
      const kB = (of: (texts: string[]) => number): string => (mean(pages.map(({ texts }) => of(texts))) / 1000).toFixed(1);
      console.log(
        `| ${name} | ${mean(pages.map(({ requests }) => requests)).toFixed(1)} | ${kB(bytesOf)} | ${kB(packedOf)} | ${medianOf(tookMs).toFixed(1)} | ${usedMs.toFixed(1)} |`,
      );
    }
    const selected: string[] = [];
    for (const id of ids) {
      const bundle = JSON.parse((await batch(id, false)).texts[0]!) as Bundle;
      const data = bundle.entry!.map(({ resource }, i) => (resource?.entry ?? []).map(({ resource: one }) => leaves(one!, panels[i]![1])));
      selected.push(JSON.stringify({ data }));
    }
    console.log(
      `| selected leaves alone (a floor: no server answers it) | 1 | ${(mean(selected.map((text) => bytesOf([text]))) / 1000).toFixed(1)} | ${(mean(selected.map((text) => packedOf([text]))) / 1000).toFixed(1)} | | |`,
    );
  } finally {
    await here.end();
  }
}

await main();
