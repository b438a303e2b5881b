// The practice messages of four converters: every byte comes back, no leaf is missing from the ledger, what is produced is valid
// R4, and how much of what was said has a home in FHIR. LAMPLIGHT_KEPT=1 also lists which fields have none, and which come back otherwise.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../fhir/decimal.ts';
import { takeApart } from './map/part.ts';
import { valueAt } from './restore.ts';
import { faultsOf } from './testing/faults.ts';
import { tell } from './to-fhir.ts';
import { encode } from './tree/charset.ts';
import { readMessage } from './tree/message.ts';

const root = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'hl7v2');
const context = { sender: 'practice', receivedAt: new Date('2026-01-01T00:00:00Z'), timeZone: 'UTC' };

interface Sample {
  set: string;
  name: string;
  bytes: Buffer;
}

function samples(): Sample[] {
  const found: Sample[] = [];
  const files = (set: string, folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
      if (entry.isFile() && entry.name.endsWith('.hl7'))
        found.push({ set, name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) });
  };
  for (const set of ['microsoft', 'reportstream', 'linuxforhealth']) files(set, join(root, set));
  const lines = readFileSync(join(root, 'linuxforhealth', 'messages_from_tests.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean);
  for (const [index, line] of lines.entries()) {
    const { message } = JSON.parse(line) as { message: string };
    found.push({ set: 'linuxforhealth', name: `line ${index + 1}`, bytes: Buffer.from(message) });
  }
  return found;
}

/** Every value of the resources as text: what a reader may find there, at whatever element. */
function stringsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (value instanceof Decimal) return [String(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(stringsOf);
  return value === undefined || value === null ? [] : [String(value)];
}

describe.skipIf(!existsSync(root))('practice messages (skipped: no practice data)', () => {
  const all = existsSync(root) ? samples() : [];

  test('every byte comes back', () => {
    const changed = all
      .filter(({ bytes }) => {
        const message = readMessage(bytes);
        return !encode(message.text(), message.charset).equals(bytes) || !message.write().equals(bytes);
      })
      .map(({ name }) => name);
    expect(changed).toEqual([]);
  });

  test('every populated leaf is in the ledger once, and what is mapped stands where the ledger says', () => {
    const wrong: string[] = [];
    const shares = new Map<
      string,
      {
        leaves: number;
        mapped: number;
        structural: number;
        found: number;
        long: number;
        longMapped: number;
        longStructural: number;
        longFound: number;
        exact: number;
      }
    >();
    const kept = new Map<string, number>();
    const changed = new Map<string, number>();
    for (const { set, name, bytes } of all) {
      const message = readMessage(bytes);
      const { translation, segments } = tell(message, context);
      const leaves = takeApart(message).flatMap((segment) => [...segment.leaves()]);
      const paths = translation.ledger.map(({ path }) => path).filter((path) => path !== 'before');
      if (paths.join() !== leaves.map(({ path }) => path).join()) wrong.push(`${name}: rows and leaves differ`);
      const resources = new Map(translation.resources.map(({ resource }) => [`${resource.resourceType}/${resource.id}`, resource]));
      const share = shares.get(set) ?? {
        leaves: 0,
        mapped: 0,
        structural: 0,
        found: 0,
        long: 0,
        longMapped: 0,
        longStructural: 0,
        longFound: 0,
        exact: 0,
      };
      shares.set(set, share);
      const bundle = stringsOf(translation.resources.map(({ resource }) => resource)).join('\n');
      for (const row of translation.ledger) {
        if (row.path === 'before') continue;
        share.leaves++;
        const long = row.text.length >= 5;
        if (long) share.long++;
        if (bundle.includes(row.text.trim())) {
          share.found++;
          if (long) share.longFound++;
        }
        if (row.state === 'structural') {
          share.structural++;
          if (long) share.longStructural++;
        }
        if (row.state === 'kept') {
          const field = `${set} ${row.path.replace(/\[\d+\]/g, '')}`;
          kept.set(field, (kept.get(field) ?? 0) + 1);
        }
        if (row.state !== 'mapped') continue;
        share.mapped++;
        if (long) share.longMapped++;
        for (const element of row.elements) {
          const [at = '', path = ''] = element.split('#');
          if (row.text !== '""' && valueAt(resources.get(at), path) === undefined) wrong.push(`${name}: ${row.path} is not at ${element}`);
        }
      }
      for (const segment of segments)
        for (const leaf of segment.leaves()) {
          if (leaf.said.length === 0) share.exact++;
          else {
            const back = leaf.said.some(({ element, write }) => {
              const [at = '', path = ''] = element.split('#');
              return leaf.raw === '""' || write(valueAt(resources.get(at), path)) === leaf.text;
            });
            if (back) share.exact++;
            else {
              const field = `${leaf.path.replace(/\[\d+\]/g, '')} ${leaf.said.map(({ element }) => element.split('#')[1]?.replace(/\[\d+\]/g, '')).join(' ')}`;
              changed.set(field, (changed.get(field) ?? 0) + 1);
            }
          }
        }
      for (const fault of faultsOf(translation.resources.map(({ resource }) => resource))) wrong.push(`${name}: ${fault}`);
    }
    const percent = (part: number, whole: number, digits = 1): string => `${((100 * part) / whole).toFixed(digits)} %`;
    for (const [set, { leaves, mapped, structural, found, long, longMapped, longStructural, longFound, exact }] of shares)
      console.log(
        `hl7v2 ${set}: ${leaves} leaves, mapped ${percent(mapped, leaves)}, structural ${percent(structural, leaves)}, ` +
          `of five characters and more mapped ${percent(longMapped, long)}, structural ${percent(longStructural, long)}; ` +
          `found anywhere in the bundle ${percent(found, leaves)}, of five characters and more ${percent(longFound, long)}; ` +
          `back from FHIR and what is kept ${percent(exact, leaves, 2)}`,
      );
    if (process.env['LAMPLIGHT_KEPT'] === '1')
      for (const [title, counts] of [
        ['kept', kept],
        ['written otherwise', changed],
      ] as const)
        console.log(
          [
            title,
            ...[...counts]
              .sort((a, b) => b[1] - a[1])
              .slice(0, 2000)
              .map(([field, count]) => `${field} ${count}`),
          ].join('\n'),
        );
    expect(wrong).toEqual([]);
  });
});
