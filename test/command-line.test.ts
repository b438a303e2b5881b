// The command line as it is used: on a real server in this process, on the same record after it was stopped, and misused.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeProgram } from '../src/app/program.ts';
import { makeLog, type Running, serve } from '../src/app/serve.ts';
import { readSettings } from '../src/app/settings.ts';

interface Ran {
  status: number;
  out: string;
  err: string;
}

let folder: string;
let running: Running | undefined;
const env = (): Record<string, string> => ({
  LAMPLIGHT_DATA_DIR: join(folder, 'data'),
  LAMPLIGHT_PORT: '0',
  LAMPLIGHT_DEMO: 'off',
  LAMPLIGHT_LOG_LEVEL: 'silent',
  LAMPLIGHT_ADMIN_PASSWORD: 'heron-lantern-41-mossy',
  DATABASE_URL: '',
});

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

/** Runs a command as main.ts does, with what it wrote. */
async function lamplight(words: string[], given: { input?: string; env?: Record<string, string> } = {}): Promise<Ran> {
  const ran: Ran = { status: 0, out: '', err: '' };
  const keep = (to: 'out' | 'err') => (text: unknown) => {
    ran[to] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep('err')),
    vi.spyOn(console, 'log').mockImplementation((text) => void keep('out')(`${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text) => void keep('err')(`${text}\n`)),
  ];
  const before = { ...process.env };
  Object.assign(process.env, env(), given.env);
  const input = Object.getOwnPropertyDescriptor(process, 'stdin')!;
  if (given.input !== undefined) Object.defineProperty(process, 'stdin', { value: new PassThrough().end(given.input), configurable: true });
  try {
    const program = makeProgram((status) => {
      ran.status = status;
    });
    for (const command of everyCommand(program))
      command.exitOverride((error) => {
        throw error;
      });
    await program.parseAsync(['node', 'lamplight', ...words]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    ran.status = error.exitCode === 0 ? 0 : 2;
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    Object.defineProperty(process, 'stdin', input);
  }
  return ran;
}

async function start(): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, env());
  const settings = readSettings();
  Object.assign(process.env, before);
  if (!settings.ok) throw new Error(settings.problem.message);
  const served = await serve(settings.value, makeLog(settings.value));
  if (!served.ok) throw new Error(served.problem.message);
  running = served.value;
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-command-line-'));
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const patients = Array.from({ length: 250 }, (_, i) =>
  JSON.stringify({
    resourceType: 'Patient',
    id: `p${i}`,
    name: [{ family: i % 2 === 0 ? 'Even' : 'Odd', given: [`N${i}`] }],
    birthDate: '1980-01-01',
  }),
);

describe('before anything is installed', () => {
  it('commands that read say so, and make nothing', async () => {
    for (const words of [['search', 'Patient'], ['get', 'Patient/1'], ['feed']]) {
      const ran = await lamplight(words);
      expect(ran).toMatchObject({ status: 1, out: '' });
      expect(ran.err).toContain('There is no Lamplight in');
    }
    expect(statSync(join(folder, 'data'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('doctor says that the first start will make it', async () => {
    const ran = await lamplight(['doctor', '--json']);
    expect(ran.status).toBe(0);
    const found = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { check: string; state: string; hint?: string });
    expect(found.find(({ check }) => check === 'data folder')).toMatchObject({ state: 'warn' });
    expect(found.every(({ state, hint }) => state === 'ok' || hint !== undefined)).toBe(true);
    expect(statSync(join(folder, 'data'), { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('beside a running Lamplight', () => {
  beforeAll(start);

  it('load gets files in over HTTP, reports what was refused, and passes over what it did', async () => {
    const path = file('patients.ndjson', [...patients, '{"resourceType":"Patient","id":"bad","birthDate":"yesterday"}'].join('\n'));
    const report = join(folder, 'report.ndjson');
    const first = await lamplight(['load', path, '--report', report, '--json']);
    expect(first.status).toBe(1);
    expect(JSON.parse(first.out)).toMatchObject({ loaded: 250, refused: 1, complete: true });
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ file: path, line: 251, resource: 'Patient/bad', status: 422 });
    expect(first.err).toContain(`refused: ${path}:251 Patient/bad: 422`);
    const second = await lamplight(['load', path, '--json', '--quiet']);
    expect(JSON.parse(second.out)).toMatchObject({ loaded: 0, already: 250, refused: 1 });
  });

  it('reindex makes the index anew and counts afterwards; doctor has nothing to say of it then', async () => {
    const ran = await lamplight(['reindex', '--all', '--type', 'Patient', '--json']);
    expect(ran.status, ran.err).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ stale: 0, verified: true });
    expect((await lamplight(['reindex', '--parameter', 'nonsense'])).status).toBe(1);
    const found = (await lamplight(['doctor', '--json'])).out.split('\n').find((line) => line.includes('"search"'));
    expect(found).toContain('every resource is indexed');
  });

  it('load --dry-run finds the same fault and writes nothing', async () => {
    const path = file('trial.ndjson', '{"resourceType":"Patient","id":"t1"}\n{"resourceType":"Patient","id":"t2","birthDate":"yesterday"}');
    const ran = await lamplight(['load', path, '--dry-run', '--json']);
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ loaded: 1, refused: 1 });
    expect((await lamplight(['get', 'Patient/t1'])).status).toBe(1);
  });

  it('load takes standard input', async () => {
    const ran = await lamplight(['load', '-', '--json'], {
      input: '{"resourceType":"Patient","id":"from-input","name":[{"family":"In"}]}\n',
    });
    expect(JSON.parse(ran.out)).toMatchObject({ loaded: 1 });
    expect((await lamplight(['get', 'Patient/from-input', '--json'])).out).toContain('"family":"In"');
  });

  it('search prints one resource a line, all pages, a table, or the Bundle', async () => {
    const page = await lamplight(['search', 'Patient', 'name=even', '--count', '10']);
    expect(page.out.trim().split('\n')).toHaveLength(10);
    expect(page.err).toContain('--all');
    const all = await lamplight(['search', 'Patient', '?name=even&_count=50', '--all']);
    expect(new Set(all.out.trim().split('\n')).size).toBe(125);
    const table = await lamplight(['search', 'Patient', '_id=p7', '--table', 'id,name.family,name.given']);
    expect(table.out).toBe('id  name.family  name.given\np7  Odd          N7\n');
    expect(JSON.parse((await lamplight(['search', 'Patient', '_id=p7', '--json'])).out)).toMatchObject({
      resourceType: 'Bundle',
      type: 'searchset',
    });
  });

  it('search hands on why it was refused', async () => {
    const ran = await lamplight(['search', 'Patient', 'nam=x']);
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toContain('Did you mean "name"?');
  });

  it('get prints a resource, one version of it, and its history', async () => {
    await lamplight(['load', file('p1.json', '{"resourceType":"Patient","id":"p1","active":true}')]);
    expect((await lamplight(['get', 'Patient/p1'])).out).toContain('\n  "active": true');
    expect((await lamplight(['get', 'Patient/p1', '--version', '1', '--json'])).out).toContain('"family":"Odd"');
    expect((await lamplight(['get', 'Patient/p1', '--history'])).out.trim().split('\n')).toHaveLength(2);
    expect(await lamplight(['get', 'Patient/none'])).toMatchObject({ status: 1, out: '' });
  });

  it('feed prints what changed, from a position on and by type', async () => {
    const all = (await lamplight(['feed'])).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { position: string; id: string });
    expect(all).toHaveLength(252);
    const later = (await lamplight(['feed', '--after', all[249]!.position])).out.trim().split('\n');
    expect(later).toHaveLength(2);
    expect((await lamplight(['feed', '--types', 'Observation'])).out).toBe('');
    expect((await lamplight(['feed', '--types', 'Patent'])).status).toBe(1);
  });

  it('audit says who has seen a chart and what an account did, in words or as JSON', async () => {
    await lamplight(['get', 'Patient/p8']);
    const lines = (await lamplight(['audit', '--patient', 'p8', '--action', 'seen', '--json'])).out.trim().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows[0]).toMatchObject({ action: 'read', resource: 'Patient/p8', patients: ['p8'], outcome: 200, role: 'administrator' });
    const table = await lamplight(['audit', '--account', String(rows[0]!['who']), '--outcome', 'done', '--count', '3']);
    expect(table.out).toMatch(/^when +who +role +purpose +from +did +resource +patients +outcome +request\n/);
    expect(table.out).toContain('looked at the audit trail');
    expect(table.out.trim().split('\n')).toHaveLength(4);
    expect(table.err).toContain('--all');
    const token = (await lamplight(['token', '--role', 'clinician'])).out.trim();
    const refused = await lamplight(['audit', '--patient', 'p8', '--url', running!.address, '--token', token]);
    expect(refused).toMatchObject({ status: 1, out: '' });
    expect(refused.err).toContain('403 The role clinician may not');
  });

  it('warehouse dictionary says what tables there are, those of OMOP and of the site among them', async () => {
    const all = (await lamplight(['warehouse', 'dictionary'])).out;
    expect(all).toContain('## patients\n\nPatients. One row a patient.');
    expect(all).toContain('| `person_id` | BIGINT | Number of the person, the same in all tables | key |');
    expect((await lamplight(['warehouse', 'dictionary', 'omop.death', '--format', 'csv'])).out.split('\n')[1]).toBe(
      'omop.death,person_id,BIGINT,key,"Number of the person, the same in all tables"',
    );
    const knowledge = join(folder, 'site-knowledge');
    mkdirSync(join(knowledge, 'views', 'study'), { recursive: true });
    const table = join(knowledge, 'views', 'study', 'sexes.sql');
    writeFileSync(table, '-- title: Sexes\n-- of: patients\n-- column: gender VARCHAR Sex\nselect distinct p.gender from patients p');
    const env = { LAMPLIGHT_KNOWLEDGE: knowledge };
    const own = await lamplight(['warehouse', 'dictionary', 'study.sexes', '--format', 'json'], { env });
    expect(JSON.parse(own.out)).toMatchObject([{ name: 'study.sexes', title: 'Sexes', columns: [{ name: 'gender', type: 'VARCHAR' }] }]);
    writeFileSync(table, '-- title: Sexes\n-- of: patients\n-- column: gender VARCHAR Sex\nselect distinct p.sex from patients p');
    const broken = await lamplight(['warehouse', 'dictionary'], { env });
    expect(broken).toMatchObject({ status: 1, out: '', err: expect.stringContaining('study.sexes takes the column "sex" from patients') });
    expect((await lamplight(['warehouse', 'dictionary', 'omop.persons'])).err).toContain('Is "omop.person" meant?');
    expect(await lamplight(['warehouse', 'dictionary', '--format', 'xml'])).toMatchObject({ status: 2, out: '' });
  });

  it('--url and LAMPLIGHT_TOKEN reach a server by its address; a wrong token is named', async () => {
    const token = (await lamplight(['token', '--role', 'analyst'])).out.trim();
    const elsewhere = { LAMPLIGHT_DATA_DIR: join(folder, 'elsewhere'), XDG_STATE_HOME: join(folder, 'state') };
    const url = running!.address;
    const found = await lamplight(['search', 'Patient', '_id=p7', '--url', url], { env: { ...elsewhere, LAMPLIGHT_TOKEN: token } });
    expect(found.out).toContain('"id":"p7"');
    const refused = await lamplight(['load', file('q.ndjson', '{"resourceType":"Patient","id":"q"}'), '--url', `${url}/fhir`], {
      env: { ...elsewhere, LAMPLIGHT_TOKEN: token },
    });
    expect(refused.status).toBe(1);
    expect(refused.err).toContain('403 The role analyst may not');
    const unknown = await lamplight(['load', join(folder, 'q.ndjson'), '--url', url, '--token', 'lls_wrongwrongwrong'], { env: elsewhere });
    expect(unknown.err).toContain('does not know the token');
  });

  it('user makes, lists, changes and disables accounts, with the password from standard input only', async () => {
    const made = await lamplight(['user', 'add', 'ada', '--role', 'clinician', '--password-stdin', '--json'], {
      input: 'a-heron-in-the-moss\n',
    });
    expect(JSON.parse(made.out)).toMatchObject({ name: 'ada', role: 'clinician', disabled: false });
    expect((await lamplight(['user', 'add', 'weak', '--role', 'nurse', '--password-stdin'], { input: 'password\n' })).status).toBe(1);
    expect((await lamplight(['user', 'set', 'ada', '--role', 'nurse', '--organisation', 'north'])).err).toContain(
      'nurse, Organization/north',
    );
    expect((await lamplight(['user', 'set', 'ada', '--whole-site', '--json'])).out).not.toContain('north');
    expect((await lamplight(['user', 'password', 'ada', '--password-stdin'], { input: 'another-heron-in-the-moss\n' })).status).toBe(0);
    expect((await lamplight(['user', 'disable', 'ada'])).status).toBe(0);
    expect((await lamplight(['user', 'list'])).out).toMatch(/ada +nurse +disabled/);
    expect((await lamplight(['user', 'disable', 'admin'])).err).toContain('only administrator');
  });

  it('client prints a secret that fetches a token', async () => {
    const { out } = await lamplight(['client', 'add', 'laboratory', '--role', 'system']);
    const authorization = `Basic ${Buffer.from(`laboratory:${out.trim()}`).toString('base64')}`;
    const fetchToken = () =>
      fetch(`${running!.address}/auth/token`, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
    expect((await fetchToken()).status).toBe(200);
    expect((await lamplight(['client', 'list', '--json'])).out).not.toContain(out.trim());
    expect((await lamplight(['client', 'disable', 'laboratory'])).status).toBe(0);
    expect((await fetchToken()).status).toBe(401);
  });

  it('terminology loads a release, lists the versions, chooses one and removes it', async () => {
    const release = (year: string): string => {
      const file = join(folder, `icd10cm-order-${year}.txt`);
      writeFileSync(file, `00001 X90     1 ${'Made disorder'.padEnd(60)} Made disorder of ${year}\n`);
      return file;
    };
    const system = 'http://hl7.org/fhir/sid/icd-10-cm';
    expect((await lamplight(['terminology', 'load', release('2026'), release('2027')])).err).toContain(`1 concepts of ${system} 2027`);
    expect((await lamplight(['terminology', 'load', release('2027'), '--json'])).err).toContain('was loaded from this file before');
    expect((await lamplight(['terminology', 'use', system, '2026'])).status).toBe(0);
    const listed = (await lamplight(['terminology', 'list', '--json'])).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(listed.map(({ version, inUse }) => [version, inUse])).toEqual([
      ['2026', true],
      ['2027', false],
    ]);
    const broken = join(folder, 'icd10cm-order-2028.txt');
    writeFileSync(broken, `00001 X90     1 ${'Made'.padEnd(60)} Made\n00002 nonsense\n`);
    const refused = await lamplight(['terminology', 'load', broken]);
    expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('icd10cm-order-2028.txt:2')]);
    expect((await lamplight(['terminology', 'remove', system, '2027'])).status).toBe(0);
    expect((await lamplight(['terminology', 'remove', system, '2027'])).status).toBe(1);
    expect((await lamplight(['terminology', 'list'])).out).toMatch(/2026 +in use +1 concepts/);
  });

  it('doctor finds nothing to mend', async () => {
    const ran = await lamplight(['doctor', '--json']);
    const states = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { check: string; state: string; says: string });
    expect(states.filter(({ state }) => state === 'fail')).toEqual([]);
    expect(states.map(({ check }) => check)).toEqual(expect.arrayContaining(['node', 'postgres', 'schema', 'people', 'address']));
    expect(ran.out).not.toContain('heron');
    expect(ran.status).toBe(0);
  });

  it('migrate has nothing to do', async () => {
    expect(await lamplight(['migrate'])).toMatchObject({ status: 0, out: '' });
  });
});

describe('after it was stopped', () => {
  beforeAll(stop);

  it('the same commands work on the record itself, and know what was loaded while it ran', async () => {
    const ran = await lamplight(['load', join(folder, 'patients.ndjson'), '--json']);
    expect(JSON.parse(ran.out)).toMatchObject({ loaded: 0, already: 250, refused: 1 });
    expect((await lamplight(['search', 'Patient', '_id=p7'])).out).toContain('"id":"p7"');
    expect((await lamplight(['feed', '--after', 'now'])).out).toBe('');
    expect((await lamplight(['audit', '--patient', 'p8', '--action', 'read', '--json'])).out).toContain('"resource":"Patient/p8"');
    expect((await lamplight(['get', 'Patient/p1', '--history'])).out.trim().split('\n')).toHaveLength(2);
  });

  it('doctor names a port that another program holds', async () => {
    const { createServer } = await import('node:net');
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const ran = await lamplight(['doctor', '--quiet'], { env: { LAMPLIGHT_PORT: String(port) } });
    other.close();
    expect(ran.status).toBe(1);
    expect(ran.out).toContain(`port ${port} is in use`);
  });
});

describe('what was not understood', () => {
  it('ends with status 2 and a hint', async () => {
    for (const words of [
      ['nonsense'],
      ['load'],
      ['get', 'Patient'],
      ['search', 'Patient', 'name'],
      ['token', '--role', 'king'],
      ['feed', '--after', 'x'],
      ['audit', '--since', 'yesterday'],
      ['load', '-', '--jobs', 'many'],
      ['completion', 'sh'],
    ]) {
      const ran = await lamplight(words);
      expect(ran.status, words.join(' ')).toBe(2);
      expect(ran.err).toMatch(/^error: /m);
      expect(ran.err).not.toMatch(/\n +at /);
    }
  });

  it('a wrong setting is named, and doctor names it too', async () => {
    const wrong = { env: { LAMPLIGHT_PORT: 'abc' } };
    expect((await lamplight(['search', 'Patient'], wrong)).err).toContain('LAMPLIGHT_PORT takes a whole number');
    expect((await lamplight(['doctor'], wrong)).out).toContain('LAMPLIGHT_PORT takes a whole number');
  });
});

describe('what the commands say about themselves', () => {
  it('every command that does something has two examples that name it', async () => {
    for (const command of everyCommand(makeProgram(() => {}))) {
      const path: string[] = [];
      for (let at: Command | null = command; at !== null && at.name() !== 'lamplight'; at = at.parent) path.unshift(at.name());
      const { out } = await lamplight([...path, '--help']);
      const examples = out.split('Examples:\n')[1]?.trim().split('\n') ?? [];
      expect(examples.length, path.join(' ')).toBeGreaterThanOrEqual(2);
      expect(examples.join('\n')).toContain(['lamplight', ...path].join(' '));
    }
  });

  it('settings shows every value but no secret', async () => {
    const secrets = { LAMPLIGHT_TOKEN: 'llt_hidden', LAMPLIGHT_ADMIN_PASSWORD: 'hidden-too', DATABASE_URL: 'postgres://a:hidden@b/c' };
    const { out } = await lamplight(['settings'], { env: { ...secrets, LAMPLIGHT_PAGE_SIZE: '33' } });
    expect(out).toMatch(/LAMPLIGHT_PAGE_SIZE +pageSize +33 +20/);
    expect(out).not.toContain('hidden');
  });

  it('docs/settings.md is what "lamplight settings --markdown" prints', async () => {
    const { out } = await lamplight(['settings', '--markdown']);
    expect(
      readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8'),
      'run: lamplight settings --markdown > docs/settings.md',
    ).toBe(out);
  });

  it('README.md lists every command with what --help says of it', async () => {
    const { out } = await lamplight(['--help']);
    const rows = makeProgram(() => {}).commands.map((command) => `| \`lamplight ${command.name()}\` | ${command.description()} |`);
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const table = readme.split('\n').filter((line) => line.startsWith('| `lamplight '));
    expect(table, 'put these rows into README.md, in this order').toEqual(rows);
    for (const row of table) expect(out).toContain(/^\| `lamplight ([\w-]+)`/.exec(row)![1]);
  });

  it('completion knows every command and option', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { out, status } = await lamplight(['completion', shell]);
      expect(status).toBe(0);
      for (const command of everyCommand(makeProgram(() => {}))) {
        expect(out).toContain(command.name());
        for (const { long } of command.options) expect(out).toContain(shell === 'fish' ? `-l ${long!.slice(2)}` : long);
      }
    }
  });
});
