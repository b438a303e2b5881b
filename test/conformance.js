// npm run conformance [record|exchange|insight|sql|medication]: every conformance and accuracy test at its full length (the ordinary test run takes a part of some), and what
// each of them counted. The official suites of practice data are read from ../shared/data or LAMPLIGHT_SHARED_DATA where they are.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import '../build/build.js';

const root = join(import.meta.dirname, '..');
const subjects = {
  record: [
    'src/fhir/structure',
    'src/fhir/fhirpath',
    'src/fhir/fhirpath-patch.test.ts',
    'src/fhir/json-patch.test.ts',
    'src/fhir/ucum',
    'src/fhir/validator',
    'src/fhir/xml',
    'src/fhir/search',
    'src/fhir/terminology',
  ],
  exchange: ['src/formats', 'src/exchange'],
  insight: ['src/methods', 'test/conformance/'],
  sql: ['test/interop/', 'src/gateways/postgres-wire'],
  medication: ['knowledge/medication-safety.test.ts', 'src/modules/medication-safety', 'test/medication/'],
};
const [first, ...rest] = process.argv.slice(2);
const suites = first !== undefined && first in subjects ? subjects[first] : Object.values(subjects).flat();
const more = first !== undefined && first in subjects ? rest : process.argv.slice(2);
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const done = spawnSync(process.execPath, [vitest, 'run', ...suites, ...more], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, LAMPLIGHT_FULL: '1' },
});
process.exit(done.status ?? 1);
