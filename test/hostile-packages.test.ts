// LAMPLIGHT_PACKAGES from a hand that means ill or was careless: what is no package stops the start with a sentence that names the file
// and the reason; a profile in it that cannot be used is named and left out; nothing hangs, and nothing is written anywhere.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openValidation } from '../src/app/validation.ts';
import { type TestDatabase, testDatabase } from '../src/database/testing.ts';
import { type Stand, stand } from './calls.ts';
import { removeFolder, startServer, temporaryFolder } from './running-server.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'lamplight-hostile-packages-'));
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

interface TarEntry {
  path: string;
  content?: string | Buffer;
  /** As the header says it; otherwise that of the content. */
  size?: number;
  type?: string;
}

/** A tar as npm makes them (ustar), or a broken one. */
function tar(entries: TarEntry[], { end = true } = {}): Buffer {
  const parts: Buffer[] = [];
  for (const { path, content = '', size, type = '0' } of entries) {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(path.slice(0, 100), 0);
    header.write('0000644\0', 100);
    header.write(`${(size ?? bytes.length).toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\u000000', 257);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    parts.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...parts, ...(end ? [Buffer.alloc(1024)] : [])]);
}

const profile = (name: string, more: object = {}): object => ({
  resourceType: 'StructureDefinition',
  url: `http://example.org/fhir/StructureDefinition/${name}`,
  name,
  status: 'active',
  fhirVersion: '4.0.1',
  kind: 'resource',
  abstract: false,
  type: 'Observation',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
  derivation: 'constraint',
  differential: { element: [{ id: 'Observation', path: 'Observation' }] },
  ...more,
});
const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const made = (name: string, fill: (path: string) => void): string => {
  const path = join(folder, name);
  mkdirSync(path);
  fill(path);
  return path;
};

const unasked = (): never => {
  throw new Error('no code is asked about');
};
/** What the start says before it gives up, as the step of it says that reads packages. */
async function refusalOf(packages: string): Promise<string> {
  const opened = await openValidation({ packages, validation: '' }, unasked);
  if (opened.ok) throw new Error('it was taken');
  return opened.problem.message;
}

test('a start with a package that cannot be read ends, with file and reason', async () => {
  const { host, port, user, password, database: name } = database.connection;
  const dataDir = temporaryFolder('packages');
  const env = {
    DATABASE_URL: `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`,
    LAMPLIGHT_PACKAGES: file('no-archive.tgz', 'nonsense'),
  };
  await expect(startServer({ dataDir, env })).rejects.toThrow(/no-archive\.tgz is no FHIR package that can be read/);
  removeFolder(dataDir);
});

describe('the start is refused with file and reason:', () => {
  const deep = `{"resourceType":"StructureDefinition","a":${'['.repeat(100_000)}`;
  const good = JSON.stringify(profile('good'));
  test.each<[string, () => string, RegExp]>([
    ['nothing is there', () => join(folder, 'nowhere'), /nowhere.*there is nothing/],
    ['a folder without a resource', () => made('empty', () => {}), /empty holds no FHIR resources/],
    [
      'a pipe',
      () => {
        const path = join(folder, 'pipe');
        execFileSync('mkfifo', [path]);
        return path;
      },
      /pipe, which is neither a folder nor a file/,
    ],
    ['a text that is no archive', () => file('text.tgz', 'nonsense'), /text\.tgz is no FHIR package that can be read/],
    ['an archive of nonsense', () => file('nonsense.tgz', gzipSync('x'.repeat(5_000))), /nonsense\.tgz.*no tar archive/],
    ['an empty archive', () => file('none.tgz', gzipSync(tar([]))), /none\.tgz holds no FHIR resources/],
    [
      'an archive that breaks off',
      () => file('cut.tgz', gzipSync(tar([{ path: 'package/a.json', content: good }])).subarray(0, 200)),
      /cut\.tgz is no FHIR package/,
    ],
    [
      'a file that is longer than the archive',
      () => file('long.tgz', gzipSync(tar([{ path: 'package/a.json', content: good, size: 90_000 }], { end: false }))),
      /long\.tgz.*ends in the middle of package\/a\.json/,
    ],
    [
      'a file of eight gigabytes by its own word',
      () => file('giant.tgz', gzipSync(tar([{ path: 'package/a.json', content: good, size: 8 ** 11 - 1 }]))),
      /giant\.tgz.*a\.json in it is larger/,
    ],
    [
      'broken JSON in a folder',
      () => made('broken', (path) => writeFileSync(join(path, 'a.json'), '{"resourceType":"StructureDefinition",')),
      /broken\/a\.json is no JSON/,
    ],
    [
      'broken JSON in an archive',
      () => file('broken.tgz', gzipSync(tar([{ path: 'package/b.json', content: '{"resourceType":"ValueSet",,' }]))),
      /broken\.tgz: package\/b\.json is no JSON/,
    ],
    [
      'JSON without a bottom',
      () => file('deep.tgz', gzipSync(tar([{ path: 'package/deep.json', content: deep }]))),
      /deep\.tgz: package\/deep\.json is no JSON.*deep/,
    ],
    [
      'a bomb in a file that is read',
      () => file('bomb.tgz', gzipSync(tar([{ path: 'package/bomb.json', content: Buffer.alloc(200 * 1024 * 1024, ' ') }]))),
      /bomb\.tgz.*bomb\.json in it is larger/,
    ],
  ])('%s', async (_, make, words) => {
    expect(await refusalOf(make())).toMatch(words);
  });

  test('a bomb in a file that is passed over', async () => {
    const megabytes = 1_200;
    // Written in pieces: the archive is small, what it unpacks to is not.
    const head = tar([{ path: 'package/picture.png', size: megabytes * 1024 * 1024 }], { end: false });
    const zeros = gzipSync(Buffer.alloc(100 * 1024 * 1024));
    const path = file(
      'passed.tgz',
      Buffer.concat([
        gzipSync(head),
        ...Array.from({ length: megabytes / 100 }, () => zeros),
        gzipSync(tar([{ path: 'package/a.json', content: good }])),
      ]),
    );
    expect(await refusalOf(path)).toMatch(/passed\.tgz.*unpacks to more than 1024 MB/);
  });
});

describe('a package whose profiles are hostile', () => {
  let here: Stand;
  const url = (name: string): string => `http://example.org/fhir/StructureDefinition/${name}`;
  const constraint = (expression: string): object => ({
    differential: {
      element: [{ id: 'Observation', path: 'Observation', constraint: [{ key: 'x-1', severity: 'error', human: 'It holds', expression }] }],
    },
  });
  const slicing = (discriminator: object): object => ({
    differential: {
      element: [
        { id: 'Observation.component', path: 'Observation.component', slicing: { discriminator: [discriminator], rules: 'open' } },
        { id: 'Observation.component:a', path: 'Observation.component', sliceName: 'a', min: 1 },
      ],
    },
  });
  const hostile: [name: string, more: object][] = [
    ['own-base', { baseDefinition: url('own-base') }],
    ['ring-1', { baseDefinition: url('ring-2') }],
    ['ring-2', { baseDefinition: url('ring-3') }],
    ['ring-3', { baseDefinition: url('ring-1') }],
    ['no-base', { baseDefinition: url('nowhere') }],
    ['unknown-type', { type: 'Pateint', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Pateint' }],
    ['odd-type', { type: 'constructor', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/constructor' }],
    ['odd-path', { differential: { element: [{ id: 'Observation.nonsense.more', path: 'Observation.nonsense.more', min: 1 }] } }],
    ['no-elements', { differential: { element: [] } }],
    ['elements-text', { differential: { element: 'x' } }],
    ['elements-null', { differential: { element: [null, 7, []] } }],
    ['no-differential', { differential: undefined }],
    ['unreadable', constraint('name.where(')],
    ['for-ever', constraint('1.repeat($this + 1).exists()')],
    ['explodes', constraint('descendants().select(%context.descendants().select(%context.descendants())).count() > 0')],
    ['regex', constraint("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('((a*)*)*b')")],
    ['deep-expression', constraint(`${'('.repeat(20_000)}true${')'.repeat(20_000)}`)],
    [
      'own-type',
      {
        differential: {
          element: [
            { id: 'Observation.contained', path: 'Observation.contained', type: [{ code: 'Resource', profile: [url('own-type')] }] },
          ],
        },
      },
    ],
    ['odd-slicing', slicing({ type: 'value', path: '((((' })],
    ['odd-discriminator', slicing({ type: 'magic', path: '$this' })],
    ['endless-discriminator', slicing({ type: 'value', path: 'descendants().descendants().descendants()' })],
    ['least-over-most', { differential: { element: [{ id: 'Observation.category', path: 'Observation.category', min: 5, max: '2' }] } }],
    [
      'most-of-all',
      {
        differential: { element: [{ id: 'Observation.category', path: 'Observation.category', min: 4_000_000_000, max: '9'.repeat(400) }] },
      },
    ],
    [
      'many-elements',
      {
        differential: {
          element: Array.from({ length: 5_000 }, (_, i) => ({
            id: `Observation.category:s${i}`,
            path: 'Observation.category',
            sliceName: `s${i}`,
          })),
        },
      },
    ],
    ['good', { differential: { element: [{ id: 'Observation.subject', path: 'Observation.subject', min: 1 }] } }],
  ];

  beforeAll(async () => {
    const entries = hostile.map(([name, more]) => ({ path: `package/${name}.json`, content: JSON.stringify(profile(name, more)) }));
    const outside = { path: '../../../../../../../../tmp/lamplight-escaped.json', content: JSON.stringify(profile('outside')) };
    const link = { path: 'package/link.json', type: '2' };
    file('hostile.tgz', gzipSync(tar([outside, link, ...entries])));
    const beside = made('beside', (path) => {
      writeFileSync(join(path, 'url.json'), JSON.stringify({ ...profile('x'), url: 7 }));
      writeFileSync(join(path, 'list.json'), '["resourceType","StructureDefinition"]');
      writeFileSync(
        join(path, 'ring.json'),
        JSON.stringify({ resourceType: 'ValueSet', url: 'urn:ring', status: 'active', compose: { include: [{ valueSet: ['urn:ring'] }] } }),
      );
      writeFileSync(
        join(path, 'system.json'),
        JSON.stringify({ resourceType: 'CodeSystem', url: 'urn:loop', status: 'active', content: 'complete', concept: 'x' }),
      );
      symlinkSync(path, join(path, 'loop'));
      execFileSync('mkfifo', [join(path, 'pipe.json')]);
      chmodSync(path, 0o755);
    });
    here = await stand({ env: { LAMPLIGHT_PACKAGES: `${join(folder, 'hostile.tgz')}, ${beside}` } });
  });
  afterAll(() => here?.end());

  test('starts, writes nothing, and names each that cannot be used with the reason', () => {
    expect(existsSync('/tmp/lamplight-escaped.json')).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('escaped'))).toEqual([]);
    const notes = here.server
      .said()
      .split('\n')
      .filter((line) => line.includes('cannot be used'));
    for (const name of ['own-base', 'ring-1', 'no-base', 'unknown-type', 'odd-type']) {
      const note = notes.find((line) => line.includes(url(name)));
      expect(note, `${name}: ${here.server.said().slice(0, 3_000)}`).toMatch(/cannot be used: .{15,}/);
    }
    for (const note of notes) expect(note.length).toBeLessThan(1_000);
    expect(notes.join('\n')).not.toContain(`${url('good')} `);
  });

  test.each(hostile.map(([name]) => name))('answers what is said to follow %s, within its bounds', async (name) => {
    const observation = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      component: Array.from({ length: 50 }, (_, i) => ({ code: { text: `c${i}` }, valueString: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' })),
      meta: { profile: [url(name)] },
      contained: [{ resourceType: 'Observation', id: 'c', status: 'final', code: { text: 'y' }, meta: { profile: [url(name)] } }],
    };
    const checked = await here.call('POST', '/fhir/Observation/$validate', { body: observation });
    expect(checked.status, checked.text.slice(0, 300)).toBe(200);
    const issues = (checked.json as unknown as { issue: { severity: string; diagnostics: string }[] }).issue;
    expect(issues.length).toBeGreaterThan(0);
    const written = await here.call('POST', '/fhir/Observation', { body: observation });
    expect([201, 422], written.text.slice(0, 300)).toContain(written.status);
    expect((await here.call('GET', '/readyz')).status).toBe(200);
  });

  test('has its good profile checked', async () => {
    const body = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, meta: { profile: [url('good')] } };
    const { json } = await here.call('POST', '/fhir/Observation/$validate', { body });
    expect(JSON.stringify(json)).toContain('Observation.subject');
  });
});
