// The practice messages of four converters: every byte comes back, no leaf is missing from the ledger, what is produced is valid
// R4, and how much of what was said has a home in FHIR. LAMPLIGHT_KEPT=1 also lists which fields have none, and which come back otherwise.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
      { leaves: number; mapped: number; structural: number; long: number; longMapped: number; longStructural: number; exact: number }
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
      const share = shares.get(set) ?? { leaves: 0, mapped: 0, structural: 0, long: 0, longMapped: 0, longStructural: 0, exact: 0 };
      shares.set(set, share);
      for (const row of translation.ledger) {
        if (row.path === 'before') continue;
        share.leaves++;
        const long = row.text.length >= 5;
        if (long) share.long++;
        if (row.state === 'structural') {
          share.structural++;
          if (long) share.longStructural++;
        }
        if (row.state === 'kept') {
          const field = row.path.replace(/\[\d+\]/g, '');
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
    for (const [set, { leaves, mapped, structural, long, longMapped, longStructural, exact }] of shares)
      console.log(
        `hl7v2 ${set}: ${leaves} leaves, mapped ${((100 * mapped) / leaves).toFixed(1)} %, structural ${((100 * structural) / leaves).toFixed(1)} %, ` +
          `of five characters and more mapped ${((100 * longMapped) / long).toFixed(1)} %, structural ${((100 * longStructural) / long).toFixed(1)} %; back from FHIR and what is kept ${((100 * exact) / leaves).toFixed(2)} %`,
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
              .slice(0, 150)
              .map(([field, count]) => `${field} ${count}`),
          ].join('\n'),
        );
    expect(wrong).toEqual([]);
  });
});
