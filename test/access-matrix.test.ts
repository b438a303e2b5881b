// The matrix of access over one running server: every route, every role, the own patient, another and one of another organisation, with
// a good token and without. What may not be seen is planted beforehand, full of canaries (access/canaries.ts); what each may see stands
// in one plain table (access/roles.ts). A route that the server has and this test does not know fails it.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPeople } from '../src/people/people.ts';
import { administrationCells } from './access/administration.ts';
import { exportsOf, lineCells } from './access/bulk.ts';
import { all as allPlanted } from './access/canaries.ts';
import { insightCells } from './access/insight.ts';
import { canariesIn, leaked, tally } from './access/leaks.ts';
import { bundledCells, compartmentCells, listCells, openCells } from './access/list-cells.ts';
import { changesIn, eventsIn, feedPages, feedStream, foundIn, versionsIn, visibleEver, visibleNow, walk } from './access/lists.ts';
import { type Cell, type Matrix, matrix, maySee } from './access/matrix.ts';
import { medicationCells } from './access/medication.ts';
import { messageCells, plantMessage } from './access/messages.ts';
import { operationCells } from './access/operation-cells.ts';
import { questionCells } from './access/questions.ts';
import { probesOf, readsOf } from './access/reads.ts';
import { type Asker, askers, everyone, may, officerOfA } from './access/roles.ts';
import { settle, store, type Worlds } from './access/settle.ts';
import { doors, goodTokens, knock } from './access/tokens.ts';
import { compareTrails, mayRead, patientsOf, rowsOf, trailCells } from './access/trail.ts';
import { viewCells } from './access/views.ts';
import { openTypes, seenAtAll, seenIn, seenOf, wideCells, wideCompartmentCells } from './access/wide-cells.ts';
import { conditionalReferences, writes } from './access/writes.ts';
import { type Json, type Stand, stand } from './calls.ts';

let here: Stand;
let tokens: Map<string, string>;
let cells: Matrix;
/** Everything that the program wrote to stdout and stderr. */
let logged = '';
let turnedAway = 0;
let worlds: Worlds;

beforeAll(async () => {
  // Who sees what is asked here: what is planted says as little as it can, and would break rules of R4 (test/validation.test.ts).
  const rules = 'cardinality type fixed slicing binding invariant reference bundle profile extension profiles'.split(' ');
  const env = {
    LAMPLIGHT_LOG_LEVEL: 'debug',
    LAMPLIGHT_SIGN_IN_RATE_PER_MINUTE: '100000',
    LAMPLIGHT_WAREHOUSE: 'on',
    LAMPLIGHT_VALIDATION: rules.map((rule) => `${rule}=off`).join(','),
  };
  here = await stand({ env });
  for (const stream of [here.server.process.stdout!, here.server.process.stderr!])
    stream.on('data', (chunk: Buffer) => {
      logged += chunk.toString('utf8');
    });
  tokens = await goodTokens(openPeople(here.database));
  cells = matrix(here, tokens);
  worlds = await settle(here, tokens);
}, 240_000);
afterAll(async () => {
  const { exitCode, signalCode } = here.server.process;
  await here.end();
  expect([exitCode, signalCode], `the server must live through it: ${logged.slice(-1000)}`).toEqual([null, null]);
});

const sources = (): string[] =>
  readdirSync('src', { recursive: true, encoding: 'utf8' }).flatMap((name) =>
    name.endsWith('.ts') && !name.endsWith('.test.ts') ? [`src/${name}`] : [],
  );

describe('the routes', () => {
  test('are all known here: those of the description, and those that the source registers', async () => {
    const { json } = await here.call('GET', '/openapi.json');
    const described = Object.entries(json!['paths']!).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(Object.keys(doors).sort());
    const registered = sources().flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bapp\.(get|head|post|put|patch|delete|all)\(\s*['"`]([^'"`]+)/g)].map(
        ([, method, path]) => `${method!.toUpperCase()} ${path!.replace(/:(\w+)/g, '{$1}')}`,
      ),
    );
    expect(registered.length).toBeGreaterThan(5);
    expect(registered.filter((route) => !(route in doors))).toEqual([]);
  });

  test('serve the interactions that the CapabilityStatement names, and no other', async () => {
    const { json } = await here.call('GET', '/fhir/metadata');
    const rest = json!['rest']![0]!;
    const named = (list: Json | undefined): string[] => Object.values(list ?? []).map((one) => String(one['code']));
    const known: Record<string, string> = {
      read: 'GET /fhir/{type}/{id}',
      vread: 'GET /fhir/{type}/{id}/_history/{version}',
      update: 'PUT /fhir/{type}/{id}',
      patch: 'PATCH /fhir/{type}/{id}',
      delete: 'DELETE /fhir/{type}/{id}',
      'history-instance': 'GET /fhir/{type}/{id}/_history',
      'history-type': 'GET /fhir/{type}/_history',
      create: 'POST /fhir/{type}',
      'search-type': 'GET /fhir/{type}',
      'search-system': 'GET /fhir',
      transaction: 'POST /fhir',
      batch: 'POST /fhir',
      'history-system': 'GET /fhir/_history',
    };
    const codes = new Set([...Object.values(rest['resource']!).flatMap((one) => named(one['interaction'])), ...named(rest['interaction'])]);
    expect([...codes].sort()).toEqual(Object.keys(known).sort());
    for (const route of Object.values(known)) expect(doors).toHaveProperty([route]);
    expect(Object.values(rest['operation']!).map((one) => String(one['name']))).toEqual(expect.arrayContaining(['reindex']));
  });
});

test('nothing says that there is something hidden: every answer is that of a world without it', async () => {
  expect(worlds.questions()).toBeGreaterThan(1000);
  expect((await worlds.askAgain()).slice(0, 10)).toEqual([]);
});

test('without a good token every route stays shut, for whoever it was', async () => {
  const noted = async (): Promise<bigint> =>
    (await here.database.query<{ n: bigint }>({ text: 'select count(*) as n from audit' })).rows[0]!.n;
  const before = await noted();
  const tried = await knock(here.server.address, openPeople(here.database));
  turnedAway = tried.times;
  expect(tried.wrong.slice(0, 10)).toEqual([]);
  expect(await noted()).toBe(before);
});

describe('each resource', () => {
  test.each(askers.map((one) => [one.name, one] as const))('as read by %s', async (_, one) => {
    expect(await cells.run(allPlanted().flatMap((planted) => [...readsOf(planted, one), ...probesOf(planted, one)]))).toEqual([]);
  });
});

describe('bulk data', () => {
  test.each(everyone.map((one) => [one.name, one] as const))(
    'holds for %s what may be exported and seen, and all of it',
    async (_, one) => {
      expect(await exportsOf(here, tokens, cells.routes, one)).toEqual([]);
    },
  );
});

describe('lists', () => {
  test.each(everyone.map((one) => [one.name, one] as const))('hold for %s what may be seen, and all of it', async (name, one) => {
    const token = tokens.get(name)!;
    const types = [...new Set(allPlanted().map(({ type }) => type))];
    const texts: string[] = [];
    for (const type of types) {
      const search = await walk(here.call, here.server.address, `/fhir/${type}?_count=7&_total=accurate`, token);
      texts.push(...search.answers.map(({ text }) => text));
      expect(search.answers[0]!.status, `${name} ${type}`).toBe(may(one, 'r', type) ? 200 : 403);
      if (!may(one, 'r', type)) continue;
      const visible = visibleNow(one, type);
      expect(foundIn(search), `${name}: ${type}`).toEqual(visible);
      for (const { json } of search.answers) expect(Number(json!['total'])).toBe(visible.length);
    }
    for (const path of ['_history', 'Observation/_history', 'Patient/_history', 'Basic/_history']) {
      const [type] = path.split('/');
      const history = await walk(here.call, here.server.address, `/fhir/${path}?_count=50`, token);
      texts.push(...history.answers.map(({ text }) => text));
      expect(versionsIn(history), `${name}: ${path}`).toEqual(visibleEver(one, path === '_history' ? undefined : type));
    }
    const wide: [path: string, visible: string[]][] = [
      ['?_count=300&_total=accurate', seenAtAll(one)],
      [`?_type=${openTypes(one).join()}&_count=300&_total=accurate&_sort=-_lastUpdated&_elements=id`, seenAtAll(one)],
      ['/Patient/own/*?_count=20&_total=accurate', seenIn(one, 'own')],
    ];
    for (const [path, visible] of wide) {
      const search = await walk(here.call, here.server.address, `/fhir${path}`, token);
      texts.push(...search.answers.map(({ text }) => text));
      expect(foundIn(search), `${name}: ${path}`).toEqual(visible);
      for (const { json } of search.answers) expect(Number(json!['total'])).toBe(visible.length);
    }
    const pages = await feedPages(here.call, token);
    expect(pages.flatMap(({ json }) => changesIn(json?.['changes'])).sort()).toEqual(visibleEver(one));
    const stream = await feedStream(here.server.address, token);
    expect(eventsIn(stream)).toEqual(visibleEver(one));
    texts.push(...pages.map(({ text }) => text), stream);
    expect(leaked(texts.join('\n'), '', maySee(one))).toEqual([]);
  });

  test('of every resource type are open to whom the table opens them, compartments too', async () => {
    const { json } = await here.call('GET', '/fhir/metadata');
    const types = Object.values(json!['rest']![0]!['resource']!).map((one) => String(one['type']));
    const list: Cell[] = askers.flatMap((one) => types.flatMap((type) => listCells(one, type)));
    list.push(...askers.flatMap(compartmentCells), ...askers.flatMap(openCells), ...askers.flatMap((one) => [...bundledCells(one)]));
    expect(await cells.run(list)).toEqual([]);
  });

  test('of several types at once, and of everything in a chart, hold what the lists of each type hold', async () => {
    expect(await cells.run(everyone.flatMap((one) => [...wideCells(one), ...wideCompartmentCells(one)]))).toEqual([]);
  });

  test('of operations on a chart hold what may be seen of it', async () => {
    expect(await cells.run(everyone.flatMap((one) => [...operationCells(one)]))).toEqual([]);
  });

  test('a page link of somebody else shows what may be seen, or nothing', async () => {
    const wrong: string[] = [];
    const wide: [path: string, of: (one: Asker) => string[]][] = [
      ['?_count=3&_total=accurate', seenAtAll],
      ['?_type=Patient,Observation&_count=2&_total=accurate&_sort=-_lastUpdated', (one) => seenOf(one, ['Patient', 'Observation'])],
      ['Patient/own/*?_count=2&_total=accurate', (one) => seenIn(one, 'own')],
      ['Patient/far/*?_count=2&_total=accurate', (one) => seenIn(one, 'far')],
      ['Patient/far/$everything?_count=2', (one) => seenIn(one, 'far')],
      ['Patient/$everything?_count=2', (one) => seenIn(one, 'far')],
    ];
    for (const path of [
      'Observation?_count=2&_total=accurate',
      'Patient?_count=1&_sort=family&_total=accurate',
      '_history?_count=3',
      'Observation?_count=3&_sort=code,-date',
      'Condition/_history?_count=2',
      ...wide.map(([path]) => path),
    ]) {
      const first = await here.call('GET', path.startsWith('?') ? `/fhir${path}` : `/fhir/${path}`);
      const next = Object.values(first.json!['link']!).find((link) => String(link['relation']) === 'next')!;
      const url = String(next['url']).replace(here.server.address, '');
      for (const one of everyone.filter(({ role }) => role !== 'administrator')) {
        const answer = await here.call('GET', url, { token: tokens.get(one.name)! });
        // The link itself is his, with what it says: what the server adds counts.
        const added = answer.text.replaceAll(/"link":\[.*?\]/g, '');
        const found = leaked(added, url, maySee(one));
        if (found.length > 0) wrong.push(`${one.name} ${url}: LEAK of ${found.slice(0, 3)}`);
        const total = answer.json?.['total'];
        const visible = (wide.find(([each]) => each === path)?.[1] ?? ((asker) => visibleNow(asker, path.split('?')[0]!)))(one).length;
        if (total !== undefined && Number(total) !== visible)
          wrong.push(`${one.name} ${path}: a total of ${String(total)} in place of ${visible}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('orders are checked for those who may read the patient, and tell nobody of others', async () => {
  const patients = allPlanted().filter(({ type }) => type === 'Patient');
  expect(await cells.run(everyone.flatMap((one) => [...medicationCells(one, patients)]))).toEqual([]);
});

test('the whole record is told in counts to those who may search, in rows to those who may take them out', {
  timeout: 240_000,
}, async () => {
  expect(await cells.run(everyone.flatMap((one) => [...questionCells(one), ...insightCells(one)]))).toEqual([]);
});

test('rows of views are for those who may export, and of those patients only', async () => {
  expect(await cells.run(everyone.flatMap((one) => [...viewCells(one)]))).toEqual([]);
});

describe('writes', () => {
  test('happen where they are allowed, and leave everything as it was where they are not', async () => {
    const { victims, cells: list } = writes();
    for (let at = 0; at < victims.length; at += 500) await store(here, victims.slice(at, at + 500));
    const strangers = ['own', 'other', 'far', 'stray'].map((id) => allPlanted().find((one) => one.type === 'Patient' && one.id === id)!);
    expect(await cells.run([...list, ...conditionalReferences(strangers)])).toEqual([]);
    const { rows } = await here.database.query<{ name: string; version: number; deleted: boolean }>({
      text: 'select name, version, deleted from resource where name is not null',
    });
    const stored = new Map(rows.map((row) => [row.name, row]));
    const changed = list.filter(({ audit, path, body, status }) => {
      const [id] = /CANARY\d+V0I|new-\d+/.exec(`${path} ${JSON.stringify(body)}`) ?? [];
      const row = id === undefined ? undefined : stored.get(id);
      if (audit!.outcome === 200 || id === undefined) return false;
      return id.startsWith('new-') ? row !== undefined : row?.version !== 1 || row.deleted || (status < 300 !== false && path !== '/fhir');
    });
    expect(changed.map(({ asker: { name }, method, path }) => `${name}: ${method} ${path} was refused and happened`)).toEqual([]);
  });

  test('lines are written only by those who may write them', async () => {
    expect(await cells.run(everyone.flatMap((one) => [...lineCells(one)]))).toEqual([]);
  });

  test('what everyone may see cannot be about a patient', async () => {
    const schedule = { resourceType: 'Schedule', comment: 'dialysis', actor: [{ reference: 'Patient/far' }] };
    const answer = await here.call('POST', '/fhir/Schedule', { body: schedule });
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain('cannot be about a patient');
  });

  test('nobody changes or removes what was written down about who did what', async () => {
    const trail = allPlanted().filter(({ type, versions }) => (type === 'AuditEvent' || type === 'Provenance') && versions.length === 1);
    const { rows } = await here.database.query<{ name: string }>({ text: 'select name from resource where version > 1 or deleted' });
    const touched = new Set(rows.map(({ name }) => name));
    expect(trail.filter(({ id }) => touched.has(id))).toEqual([]);
    expect(trail.length).toBeGreaterThan(100);
  });
});

test('messages of other systems are for those who may see all of what they say', async () => {
  const id = await plantMessage(here.call);
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await cells.run(everyone.flatMap((one) => [...messageCells(one, id)]))).toEqual([]);
});

test('how the program is run is for administrators of the whole site', async () => {
  expect(await cells.run(everyone.flatMap((one) => [...administrationCells(one)]))).toEqual([]);
});

describe('the audit trail at /audit', () => {
  test('is open to officers and administrators, and refused to everybody else in one and the same way', async () => {
    expect(await cells.run(everyone.flatMap((one) => [...trailCells(one)]))).toEqual([]);
  });

  test('holds for the officer of one organisation the rows about its patients, all of them, and nothing of others', async () => {
    const { wrong, whole, rows, first } = await compareTrails(
      here.call,
      tokens,
      officerOfA,
      // Reads of current versions are half of the trail, and noted down as those of earlier ones.
      `until=${new Date().toISOString()}&action=vread,search,include,history,changed,audit`,
    );
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThan(1000);
    expect(whole.length - rows.length).toBeGreaterThan(1000);
    const own = rows.filter((row) => String(row['who']) === officerOfA.name && row['query'] !== undefined);
    expect(own.length).toBeGreaterThan(0);
    // The next page of somebody else shows what may be seen.
    const link = `/audit?cursor=${String(first.json!['next'])}&count=200`;
    for (const one of everyone) {
      const answer = await here.call('GET', link, { token: tokens.get(one.name)! });
      expect(answer.status, one.name).toBe(mayRead(one) ? 200 : 403);
      expect(leaked(answer.text, '', maySee(one)), one.name).toEqual([]);
      if (one === officerOfA)
        for (const row of rowsOf(answer)) expect(patientsOf(row).every((id) => ['own', 'other'].includes(id))).toBe(true);
    }
  });

  test('says of itself who looked, and at whose rows', async () => {
    await here.call('GET', '/audit?patient=far&count=3', { token: tokens.get(officerOfA.name)! });
    const { json } = await here.call('GET', `/audit?patient=far&action=audit&account=${officerOfA.name}&count=1`);
    expect(json!['rows']![0]).toMatchObject({
      who: officerOfA.name,
      role: 'records-officer',
      patients: ['far'],
      query: 'patient=far&count=3',
    });
  });
});

test('every request that reached the record is in the audit trail: who, in which role, why, from where, what, with which outcome', async () => {
  interface Row {
    request: string;
    who: string;
    role: string;
    purpose: string;
    origin: string;
    action: string;
    outcome: number;
    query: string | null;
  }
  const { rows } = await here.database.query<Row>({
    text: 'select request, who, role, purpose, origin, action, outcome, query from audit',
  });
  const byRequest = new Map<string, Row[]>();
  for (const row of rows) byRequest.set(row.request, [...(byRequest.get(row.request) ?? []), row]);
  const wrong: string[] = [];
  for (const [request, cell] of cells.audits) {
    const found = byRequest.get(request) ?? [];
    const { name, role, purpose } = cell.asker;
    const why = cell.headers?.['x-purpose-of-use'] ?? purpose;
    const same = found.every((row) => row.who === name && row.role === role && row.purpose === why && row.origin === '127.0.0.1');
    const { audit } = cell;
    const noted = found.some(
      ({ action, outcome, query }) =>
        action === audit!.action && outcome === audit!.outcome && (audit!.query === undefined || audit!.query === query),
    );
    if (!same || !noted)
      wrong.push(
        `${name}: ${cell.method} ${cell.path} → ${cell.status}: ${JSON.stringify(cell.audit)} is not among ${JSON.stringify(found.map(({ action, outcome, query }) => `${action} ${outcome} ${query ?? ''}`))}`,
      );
  }
  expect(wrong.length, wrong.slice(0, 15).join('\n')).toBe(0);
});

test('metrics and logs name nobody', async () => {
  const { text } = await here.call('GET', '/metrics');
  expect(canariesIn(text)).toEqual([]);
  expect(logged.length).toBeGreaterThan(10_000);
  expect(canariesIn(logged)).toEqual([]);
  for (const word of [...tokens.values(), 'Patient/own', 'clinician-of-a', 'canary.example'])
    expect(logged.includes(word), word).toBe(false);
});

test('no cell was forgotten', () => {
  const asked = new Set(cells.routes);
  const unasked = Object.keys(doors).filter((route) => !asked.has(route) && !route.startsWith('POST /auth'));
  expect(unasked).toEqual([]);
  expect(tally.leaks).toBe(0);
  console.log(
    `access matrix: ${cells.asked} cells with a good token, ${turnedAway} without, ${worlds.questions()} questions asked twice, ${tally.leaks} leaks`,
  );
});
