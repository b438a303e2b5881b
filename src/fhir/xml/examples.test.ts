// Every official example of R4 there and back (npm hl7.fhir.r4.examples 4.0.1): JSON to XML to JSON, equal in canonical form.
// Each tenth by itself; all of them (half a minute) with LAMPLIGHT_FULL=1, as `npm run conformance` does.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type Json, readJsonNow, writeJson } from '../json.ts';
import { readXmlNow } from './read.ts';
import { writeXml } from './write.ts';

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

/** Members in the order of their names; everything else as it is. */
function canonical(value: Json): string {
  const sorted = (one: Json): Json => {
    if (Array.isArray(one)) return one.map(sorted);
    if (typeof one !== 'object' || one === null || Object.getPrototypeOf(one) !== Object.prototype) return one;
    return Object.fromEntries(
      Object.entries(one)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [name, sorted(inner)]),
    );
  };
  return writeJson(sorted(value));
}

const all = process.env['LAMPLIGHT_FULL'] === '1';

test(`${all ? 'every' : 'each tenth'} official example says the same after a journey through XML`, { timeout: 300_000 }, () => {
  const lost: string[] = [];
  let tried = 0;
  for (const [position, file] of readdirSync(folder).sort().entries()) {
    if (!all && position % 10 !== 0) continue;
    if (!file.endsWith('.json') || file === 'package.json' || file.startsWith('.')) continue;
    const read = readJsonNow(readFileSync(join(folder, file), 'utf8'), { maxValues: 10_000_000, maxEntryValues: 10_000_000 });
    if (!read.ok) {
      lost.push(`${file}: ${read.problem.message}`);
      continue;
    }
    if (typeof read.value !== 'object' || read.value === null || !('resourceType' in read.value)) continue;
    tried++;
    const xml = writeXml(read.value);
    if (!xml.ok) {
      lost.push(`${file}: written: ${xml.problem.message} at ${xml.problem.where}`);
      continue;
    }
    const back = readXmlNow(xml.value, { maxValues: 10_000_000 });
    if (!back.ok) lost.push(`${file}: read back: ${back.problem.message} at ${back.problem.where}`);
    else if (canonical(back.value) !== canonical(read.value)) lost.push(`${file}: changed`);
  }
  expect(lost).toEqual([]);
  expect(tried).toBeGreaterThan(all ? 5_300 : 500);
});
