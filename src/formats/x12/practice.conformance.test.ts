// Practice data of others, where it is at hand: every file is read, accounted for, translated, restored and written anew. Only counts and
// the names of files are said; nothing of the data stands here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codesAtHand } from '../../fhir/validator/codes-at-hand.ts';
import { ProfileSet } from '../../fhir/validator/profiles.ts';
import { validate } from '../../fhir/validator/validate.ts';
import type { Translation, TranslationContext } from '../contract.ts';
import { x12 } from './format.ts';
import { fromFhir } from './from-fhir.ts';
import { findingsOf } from './fuzz.ts';
import { leavesOf } from './leaves.ts';
import { isNode } from './node.ts';
import type { TransactionKind } from './transactions.ts';
import type { Document } from './tree.ts';

const root = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'x12');
const has = existsSync(root);
if (!has) console.log('skipped: no practice data');

const context: TranslationContext = { sender: 'practice', receivedAt: new Date('2026-01-02T03:04:05Z'), timeZone: 'America/New_York' };

interface Practice {
  name: string;
  bytes: Uint8Array;
  document: Document;
  kind: TransactionKind;
  said: Translation;
}

const files: Practice[] = (has ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : [])
  .filter((name) => /\.(txt|8\w+|27\w+)$/.test(name))
  .map((name) => {
    const bytes = readFileSync(join(root, name));
    const document = x12.read(bytes);
    return { name, bytes, document, kind: leavesOf(document).transactions[0]?.kind ?? 'unknown', said: x12.toFhir(document, context) };
  });

describe.skipIf(!has)('practice data', () => {
  it('is read and restored byte for byte, with one ledger row a leaf and no reference that leads nowhere', () => {
    expect(files.length).toBeGreaterThan(80);
    expect(files.flatMap(({ name, bytes }) => findingsOf(bytes).map((finding) => `${name}: ${finding}`))).toEqual([]);
  }, 60_000);

  it('is valid R4', () => {
    const profiles = new ProfileSet();
    const errors = files.flatMap(({ name, said }) =>
      said.resources.flatMap(({ resource }) => {
        const node: unknown = resource;
        const findings = isNode(node) ? validate(node, profiles, { codes: codesAtHand }).findings : [];
        return findings
          .filter(({ severity }) => severity === 'error' || severity === 'fatal')
          .map(({ where, message }) => `${name}: ${where} ${message}`);
      }),
    );
    expect(errors).toEqual([]);
  }, 120_000);

  it('of remittances adds up to the cent, but for the one whose line does not', () => {
    const off = files
      .filter(({ kind }) => kind === '835')
      .flatMap(({ name, said }) =>
        said.notes.flatMap(({ message, where }) => (message.includes('add up') ? [`${name.split('/').at(-1)} ${where}`] : [])),
      );
    // Its line states the payment without its first digits cut off from the procedure code.
    expect(off).toEqual(['tertiary-payment.835 2110/SVC-03']);
  });

  it('says the same when it is written anew, wherever it is whole', () => {
    const outcome = files.flatMap(({ name, document, kind, said }) => {
      const { transactions } = leavesOf(document);
      const [transaction] = transactions;
      if (transaction === undefined || transactions.length !== 1 || kind === '999' || transaction.group.interchange.head === undefined)
        return [];
      const written = fromFhir(
        said.resources.map(({ resource }) => resource),
        {
          kind,
          sender: { qualifier: 'ZZ', id: 'S' },
          receiver: { qualifier: 'ZZ', id: 'R' },
          interchangeControl: Number(transaction.group.interchange.head.elements[12]),
          groupControl: Number(transaction.group.head?.elements[5]),
          transactionControl: transaction.segments[0]!.elements[1]!,
          at: context.receivedAt,
          timeZone: context.timeZone,
        },
      );
      if (!written.ok) return [{ name, same: false }];
      const again = x12.toFhir(x12.read(x12.write(written.value)), context);
      const of = ({ resources }: Translation): string[] =>
        resources.map(({ resource }) => JSON.stringify(resource, Object.keys(flat(resource)).sort())).sort();
      return [{ name, same: JSON.stringify(of(again)) === JSON.stringify(of(said)) }];
    });
    const other = outcome.filter(({ same }) => !same).map(({ name }) => name);
    console.log(`X12 written anew: ${outcome.length - other.length} of ${outcome.length} say the same; not: ${other.join(', ')}`);
    expect(other.length / outcome.length).toBeLessThan(0.1);
  }, 60_000);

  it('is counted by kind', () => {
    const counts = new Map<string, { mapped: number; kept: number; structural: number }>();
    for (const { kind, said } of files) {
      const count = counts.get(kind) ?? { mapped: 0, kept: 0, structural: 0 };
      counts.set(kind, count);
      for (const { state } of said.ledger) count[state]++;
    }
    for (const [kind, { mapped, kept, structural }] of counts) {
      console.log(
        `X12 ${kind}: ${mapped} mapped, ${kept} kept, ${structural} structural; ${((100 * mapped) / Math.max(1, mapped + kept)).toFixed(1)} % of what is said is mapped`,
      );
    }
    expect(counts.size).toBeGreaterThan(8);
  });
});

/** Every name of a member at any depth, for a stable order. */
function flat(value: unknown, names: Record<string, true> = {}): Record<string, true> {
  if (Array.isArray(value)) for (const one of value) flat(one, names);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      names[name] = true;
      flat(one, names);
    }
  }
  return names;
}
