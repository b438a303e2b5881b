// Mutated messages laid into one record, many behind each other, as senders with faults send them: each ends as done, or is refused with
// what is wrong in it. One that the record cannot take for its own reasons, or that holds up those behind it, is a finding.

import { migrate } from '../../src/database/migrate.ts';
import { testDatabase } from '../../src/database/testing.ts';
import type { FormatName } from '../../src/exchange/contract.ts';
import { openExchange } from '../../src/exchange/exchange.ts';
import { languages } from '../../src/exchange/languages.ts';
import { exchangeMigrations } from '../../src/exchange/schema.ts';
import type { Problem } from '../../src/fhir/result.ts';
import { jobMigrations } from '../../src/jobs/schema.ts';
import { peopleMigrations } from '../../src/people/schema.ts';
import { openRecord } from '../../src/record/record.ts';
import { recordMigrations } from '../../src/record/schema.ts';
import { mutated, random } from './mutate.ts';

export interface LaidInput {
  format: Extract<FormatName, 'hl7v2' | 'ccda' | 'x12'>;
  raw: Buffer;
}

/** What a sender can be told to mend. */
const ofTheSender: ReadonlySet<Problem['kind']> = new Set(['invalid', 'too-costly']);
const together = 100;

/** Lays them all; answers what was found, and how many ended how. */
export async function layMutated(inputs: readonly LaidInput[]): Promise<{ findings: string[]; done: number; refused: number }> {
  const test = await testDatabase();
  const migrated = await migrate(test.db, [...peopleMigrations, ...jobMigrations, ...recordMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  const findings: string[] = [];
  const exchange = openExchange(test.db, openRecord(test.db), {
    timeZone: 'Europe/London',
    channels: [],
    now: () => new Date(),
    failed: (channel, error) => findings.push(`${channel} is held up: ${error instanceof Error ? error.message : String(error)}`),
  });
  let [done, refused] = [0, 0];
  try {
    for (let at = 0; at < inputs.length && findings.length === 0; at += together) {
      const ids = new Map<string, LaidInput>();
      for (const input of inputs.slice(at, at + together)) {
        const { format, raw } = input;
        const about = languages[format]!.about(raw);
        if (about.fault !== undefined) continue;
        const { id } = await exchange.receive({ channel: format, format, raw, receivedAt: new Date(), from: 'test', by: 'test', about });
        ids.set(id, input);
      }
      for (const [id, { format, raw }] of ids) {
        let end = await exchange.stateOf(id);
        while (end?.state === 'waiting' && findings.length === 0) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          end = await exchange.stateOf(id);
        }
        if (end?.state === 'done') done++;
        else if (end?.state === 'failed' && end.problem !== undefined && ofTheSender.has(end.problem.kind)) refused++;
        else if (findings.length < 20)
          findings.push(`${format} ${end?.state} ${JSON.stringify(end?.problem)}: ${raw.toString('latin1').slice(0, 2_000)}`);
      }
    }
  } finally {
    await exchange.close();
    await test.drop();
  }
  return { findings, done, refused };
}

/**
 * A message with fields and segments of others, emptied and deleted ones, or with bytes turned. `segment`, `field`: what ends and
 * separates them.
 */
export function remade(samples: readonly Buffer[], seed: number, [segment, field]: readonly [string, string]): Buffer {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const sample = pick(samples);
  if (next() < 0.2) return mutated(sample, next);
  const segmentsOf = (bytes: Buffer): string[] => bytes.toString('latin1').split(segment);
  const segments = segmentsOf(sample);
  for (let left = 1 + Math.floor(next() * 4); left > 0; left--) {
    const at = 1 + Math.floor(next() * (segments.length - 1));
    const chance = next();
    if (chance < 0.2) segments.splice(at, 1);
    else if (chance < 0.4) segments.splice(at, 0, pick(segmentsOf(pick(samples)).slice(1)) ?? '');
    else {
      const fields = segments[at]?.split(field) ?? [];
      const place = 1 + Math.floor(next() * (fields.length - 1));
      fields[place] = chance < 0.6 ? '' : chance < 0.75 ? '""' : pick(pick(segmentsOf(pick(samples))).split(field));
      segments[at] = fields.join(field);
    }
  }
  return Buffer.from(segments.join(segment), 'latin1');
}
