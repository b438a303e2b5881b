// Housekeeping as an ordinary test: the import order of docs/ARCHITECTURE.md, and the few habits that a machine can check.
// Each finding names the file and says what to do instead.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** A folder may import itself and the ones before it. */
const rooms = [
  'fhir',
  'methods',
  'formats',
  'policy',
  'database',
  'people',
  'jobs',
  'terminology',
  'record',
  'feed',
  'exchange',
  'warehouse',
  'modules',
  'gateways',
  'app',
];

/** Whose insides stay their own: siblings in these rooms meet in the record, not in each other's code. */
const walled = ['modules', 'formats'];

interface Import {
  file: string;
  target: string;
}

const files = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((name) => /\.(ts|tsx|js)$/.test(name) && !name.includes('generated') && !name.includes('node_modules'))
    : [];

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [
    ...text.matchAll(
      /(?:^|[\s;])(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
    ),
  ];
  return found
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .filter((target) => target.startsWith('.'))
    .map((target) => ({ file, target: normalize(join(dirname(file), target)) }));
}

/** What is loaded together with a file: neither types nor what is imported when it is needed. */
function importsAtStart(file: string): Import[] {
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
  return [...text.matchAll(/^(?:import|export)\s(?!type\s)[^'"`;]*?from\s+['"](\.[^'"]+)['"]|^import\s+['"](\.[^'"]+)['"]/gm)].map(
    (match) => ({
      file,
      target: normalize(join(dirname(file), match[1] ?? match[2] ?? '')),
    }),
  );
}

const source = files('src');
const isTest = (file: string): boolean => /\.(test|fixture)\.tsx?$/.test(file) || file.endsWith('/testing.ts');
const roomOf = (file: string): string => file.split('/')[1] ?? '';

describe('the house', () => {
  it('has only rooms that the order names', () => {
    const strangers = readdirSync(join(root, 'src')).filter((name) => !rooms.includes(name));
    expect(strangers, 'a new folder of src/ needs a place in the import order: argue it in docs/decisions/').toEqual([]);
  });

  it('imports only downwards', () => {
    const wrong = source
      .filter((file) => !isTest(file))
      .flatMap(importsOf)
      .filter(({ target }) => target.startsWith('src/'))
      .filter(({ file, target }) => rooms.indexOf(roomOf(target)) > rooms.indexOf(roomOf(file)))
      .map(
        ({ file, target }) =>
          `${file} imports ${target}: ${roomOf(file)} must not know ${roomOf(target)}; hand it in as a parameter, or move the shared part down`,
      );
    expect(wrong).toEqual([]);
  });

  it('keeps modules and formats from importing one another', () => {
    const inside = (file: string): string => file.split('/').slice(0, 3).join('/');
    const wrong = source.flatMap(importsOf).filter(({ file, target }) => {
      const room = roomOf(file);
      const shared = target.split('/').length <= 3;
      return walled.includes(room) && roomOf(target) === room && file.split('/').length > 3 && !shared && inside(file) !== inside(target);
    });
    expect(
      wrong.map(({ file, target }) => `${file} imports ${target}: they meet in the record; what both need belongs in src/methods`),
    ).toEqual([]);
  });

  it('lets nobody import knowledge as code, and nobody below app the simulator', () => {
    const wrong = source
      .flatMap(importsOf)
      .filter(
        ({ file, target }) =>
          target.startsWith('knowledge/') || (target.startsWith('simulator/') && roomOf(file) !== 'app' && !isTest(file)),
      )
      .map(({ file, target }) => `${file} imports ${target}: app loads knowledge and hands it in; the simulator speaks from outside`);
    expect(wrong).toEqual([]);
  });

  it('lets the workbench take nothing but types from the program', () => {
    // Its tests hold what it writes against the program's own validator.
    const wrong = files('web/src').flatMap((file) =>
      (isTest(file) ? [] : importsAtStart(file))
        .filter(({ target }) => !target.startsWith('web/'))
        .map(({ target }) => `${file} imports ${target}: the workbench speaks to the server over HTTP; "import type" is what it may take`),
    );
    expect(wrong).toEqual([]);
  });

  it('says what is answered once, on the server', () => {
    /** Each member on a line of its own, as `name: type`. */
    const shapes = (file: string): { file: string; name: string; members: string[] }[] =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/^(?:export )?interface (\w+)[^{]*\{\n(.*?)^\}/gms)].map(
        ([, name = '', body = '']) => ({
          file,
          name,
          members: [...body.matchAll(/^ {2}(\w+)\??: (.*);$/gm)].map(([, member = '', type = '']) => `${member}: ${type}`),
        }),
      );
    const own = (folder: string): ReturnType<typeof shapes> => files(folder).flatMap((file) => (isTest(file) ? [] : shapes(file)));
    const answered = own('src').filter(({ file }) => roomOf(file) !== 'app');
    const copies = own('web/src')
      .filter(({ members }) => members.length >= 4)
      .flatMap((mine) => {
        const same = answered.find(({ members }) => mine.members.every((member) => members.includes(member)));
        return same === undefined
          ? []
          : [`${mine.file}: ${mine.name} is ${same.name} of ${same.file}: import that type, or the two drift apart`];
      });
    expect(answered.length, 'the search for them finds nothing').toBeGreaterThan(1000);
    expect(copies).toEqual([]);
  });

  it('loads the server for nobody but serve', () => {
    const heavy = 'src/gateways/http/server.ts';
    const chainTo = (file: string, seen = new Set<string>()): string[] | undefined => {
      if (file === heavy) return [file];
      if (seen.has(file)) return undefined;
      seen.add(file);
      for (const { target } of importsAtStart(file)) {
        const chain = chainTo(target, seen);
        if (chain !== undefined) return [file, ...chain];
      }
      return undefined;
    };
    const commands = files('src/app/commands').filter((file) => !isTest(file) && !file.endsWith('/serve.ts'));
    const wrong = ['src/app/main.ts', ...commands].map((file) => chainTo(file)).filter((chain) => chain !== undefined);
    expect(chainTo('src/app/serve.ts'), 'the search for it finds nothing').toBeDefined();
    expect(wrong.map((chain) => `${chain.join(' → ')}: every use of that command waits for the server to be loaded`)).toEqual([]);
  });

  it('opens every file by saying what it is for', () => {
    const silent = [...source, ...files('simulator'), ...files('build')].filter(
      (file) => !isTest(file) && !/^(#!.*\n)?\/[/*]/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(silent.map((file) => `${file}: begin with one sentence on what it is for and where its rule comes from`)).toEqual([]);
  });

  it('prints only from the command line', () => {
    const loud = source.filter(
      (file) => roomOf(file) !== 'app' && !isTest(file) && /\bconsole\.\w+\(/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(loud.map((file) => `${file}: return a value or a problem; only app prints`)).toEqual([]);
  });

  it('leaves no test skipped or alone', () => {
    const all = ['src', 'test', 'simulator', 'build', 'knowledge', 'examples'].flatMap(files).filter(isTest);
    const odd = all.filter(
      (file) => !file.endsWith('tidy.test.ts') && /\b(it|test|describe)\.(only|todo|fails)\b/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(odd).toEqual([]);
  });

  it('pins every package to one version, and names no registry', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    const loose = ['dependencies', 'devDependencies', 'optionalDependencies']
      .flatMap((kind) => Object.entries(manifest[kind] ?? {}))
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose, 'write the exact version').toEqual([]);
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "(?!web")/);
  });

  it('has a map that names every folder', () => {
    const map = readFileSync(join(root, 'docs', 'ARCHITECTURE.md'), 'utf8');
    const folders = ['src', 'src/gateways', 'src/modules', 'src/formats'].flatMap((parent) =>
      existsSync(join(root, parent))
        ? readdirSync(join(root, parent), { withFileTypes: true })
            .filter((entry) => entry.isDirectory() && readdirSync(join(root, parent, entry.name)).length > 0)
            .map((entry) => `${parent}/${entry.name}`)
        : [],
    );
    expect(
      folders.filter((folder) => !map.includes(`${folder}/`)),
      'add it to the code map in docs/ARCHITECTURE.md',
    ).toEqual([]);
  });

  it('keeps paths of somebody’s machine out of the repository', () => {
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
    const home = new RegExp(`[\\s"'\`=(](${['/home', '/Users', '/root'].join('|')})/[\\w.]`);
    const wrong = tracked.filter(
      (file) =>
        /\.(ts|js|json|md|yml|sh)$/.test(file) &&
        file !== 'package-lock.json' &&
        existsSync(join(root, file)) &&
        home.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(wrong.map((file) => relative(root, join(root, file)))).toEqual([]);
  });
});
