// The public example requests of two guides (CDC opioid prescribing, contextual drug interactions) through the code of the
// services, for a patient who is not in the record. What the guides' responses mean is looked for in our cards; a folder of
// examples speaks of one recommendation, so only that is compared. Their files hold faults of JSON (a brace too many in the
// middle), which are mended before they are sent, and say so.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fail } from '../../src/fhir/result.ts';
import { answerCall } from '../../src/gateways/cds-hooks/advise.ts';
import { readCall } from '../../src/gateways/cds-hooks/request.ts';
import { services } from '../../src/gateways/cds-hooks/services.ts';
import type { Safety } from '../../src/gateways/medication/safety.ts';
import { advise } from '../../src/modules/medication-safety/advise.ts';
import type { Answer, Card } from '../../src/modules/medication-safety/contract.ts';
import type { Caller } from '../../src/record/contract.ts';
import { library } from './library.ts';

const shared = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data'), 'drugs');
const jsonIn = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return [];
  }
};

/** What stands behind an early end of the JSON is put back: `"item2": …` beside what was closed too soon. */
function mended(text: string): string {
  const plain = text.replace(/^\uFEFF/, '').trim();
  try {
    JSON.parse(plain);
    return plain;
  } catch (error) {
    const at = Number(/position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? Number.NaN);
    if (!Number.isFinite(at)) return plain;
    const [head, rest] = [plain.slice(0, at).trimEnd(), plain.slice(at).trim()];
    // Nothing but braces too many, or a part that belongs inside.
    return mended(/^[}\s]*$/.test(rest) ? head : `${head.replace(/\}$/, '')}${rest}`);
  }
}

const safetyAt = (asOfMs: number): Safety => ({
  library,
  now: () => new Date(asOfMs),
  factsOf: async () => fail('not-found', 'no record'),
  check: (drafts, facts) => advise(drafts, facts, library.base),
  chartFor: () => {
    throw new Error('no record');
  },
});

async function ask(text: string): Promise<Answer | string> {
  const body = JSON.parse(mended(text)) as { hook: string };
  const service = services.find(({ hook }) => hook === (body.hook === 'medication-prescribe' ? 'order-sign' : body.hook))!;
  const call = await readCall(mended(text), service);
  if (!call.ok) return call.problem.message;
  // The day of the question: that of the newest order or result in it.
  const days = [...text.matchAll(/"(?:authoredOn|effectiveDateTime)": *"(\d{4}-\d\d-\d\d)/g)].map((found) => Date.parse(found[1]!));
  const asOfMs = days.length > 0 ? Math.max(...days) + 43_200_000 : Date.parse('2023-05-01T12:00:00Z');
  return answerCall(call.value, {} as Caller, safetyAt(asOfMs));
}

const words = (card: Card): string => `${card.summary} ${card.detail} ${card.management}`;
const says =
  (pattern: RegExp) =>
  ({ cards }: Answer): boolean =>
    cards.some((card) => pattern.test(words(card)));
const between =
  (a: RegExp, b: RegExp, loud = false) =>
  ({ cards }: Answer): boolean =>
    cards.some((card) => card.category === 'drug-drug' && (!loud || card.tier !== 'aside') && a.test(words(card)) && b.test(words(card)));

interface Expected {
  summary: string;
  detail?: string;
}

/** Recommendation → what of ours means it, and why that is a fair comparison. */
const recommendations: [RegExp, string, (answer: Answer, card: Expected | undefined) => boolean][] = [
  [/REC01$/, 'non-opioid treatment first', says(/non-?opioid/i)],
  [/REC02$/, 'a treatment plan', says(/treatment plan/i)],
  [/REC03/, 'immediate release at the start', says(/immediate-release/i)],
  [
    /REC04_05/,
    'the equivalents of morphine, equal to 0.1',
    ({ cards }, card) => {
      const asked = /is ([\d.]+) 'mg\/d'/.exec(card?.detail ?? '')?.[1];
      const ours = cards.filter((each) => each.category === 'opioid').map((each) => Number(/([\d.]+) MME/.exec(each.summary)?.[1]));
      return asked === undefined ? ours.length > 0 : ours.some((each) => Math.abs(each - Number(asked)) <= 0.1);
    },
  ],
  [/REC06/, 'few days for acute pain', says(/acute pain/i)],
  [/REC07/, 'benefits and harms looked at again', says(/benefits? and (?:harms?|risks?)/i)],
  [
    /REC08/,
    'naloxone, with the equivalents where they are the reason',
    (answer, card) => {
      const asked = /\(([\d.]+) 'mg\/d'\)/.exec(card?.detail ?? '')?.[1];
      const number =
        asked === undefined ||
        answer.cards.some(
          (each) => each.category === 'opioid' && Math.abs(Number(/([\d.]+) MME/.exec(each.summary)?.[1]) - Number(asked)) <= 0.1,
        );
      return number && says(/naloxone/i)(answer);
    },
  ],
  [/REC09/, 'the prescription register', says(/prescription (?:drug )?monitoring/i)],
  [
    /REC10/,
    'urine tests: none for a year, or what they found',
    (answer, card) => {
      const of = card?.summary ?? '';
      if (/Annual/.test(of)) return says(/urine drug/i)(answer);
      if (/Illicit/.test(of)) return says(/cannabi|tetrahydro/i)(answer);
      if (/Cocaine or PCP/.test(of)) return says(/(?:cocaine|phencyclidine).*urine/i)(answer);
      if (/Unprescribed/.test(of)) return says(/not prescribed/i)(answer);
      if (/Prescribed Opioids Not Found/.test(of)) return says(/was not found/i)(answer);
      return says(/urine/i)(answer);
    },
  ],
  [/REC11/, 'opioid and benzodiazepine', between(/opioid|oxycodone|fentanyl|hydrocodone/i, /benzodiazepine|pam\b/i, true)],
  [/REC12/, 'treatment of opioid use disorder', says(/opioid use disorder/i)],
];

/** Some responses are named without "illicit-drugs", or stand only in the folder of the other hook. */
function responseOf(request: string, responses: ReadonlySet<string>): string {
  const own = request.replace('request-', 'response-');
  const others = [own, own.replace('illicit-drugs-', ''), own.replace('OrderSign/', '/').replace('order-sign-', '')];
  return others.find((name) => responses.has(name)) ?? own;
}

const opioid = join(shared, 'opioid', 'input', 'images');
describe('CDC opioid examples', () => {
  const requests = jsonIn(join(opioid, 'requests'));
  const responses = new Set(jsonIn(join(opioid, 'responses')));
  it.skipIf(requests.length === 0)(
    `answers each request and says what the response says${requests.length === 0 ? ' (skipped: no practice data)' : ''}`,
    async () => {
      const misses: string[] = [];
      const table: Record<string, { matched: number; compared: number; cards: number; found: number }> = {};
      let [answered, repaired, withoutAnswer] = [0, 0, 0];
      for (const name of requests) {
        const text = readFileSync(join(opioid, 'requests', name), 'utf8');
        if (mended(text) !== text.trim()) repaired++;
        const answer = await ask(text);
        if (typeof answer === 'string') {
          misses.push(`${name}: refused: ${answer}`);
          continue;
        }
        answered++;
        let cards: Expected[];
        try {
          const response: unknown = JSON.parse(readFileSync(join(opioid, 'responses', responseOf(name, responses)), 'utf8'));
          cards = (Array.isArray(response) ? response : (response as { cards: Expected[] }).cards) ?? [];
        } catch {
          withoutAnswer++; // no response, or an empty file
          continue;
        }
        const folder = name.split('/')[0]!;
        const [, , meant] = recommendations.find(([pattern]) => pattern.test(folder))!;
        table[folder] ??= { matched: 0, compared: 0, cards: 0, found: 0 };
        const row = table[folder]!;
        row.compared++;
        row.cards += cards.length;
        const found = cards.filter((card) => meant(answer, card));
        row.found += found.length;
        const silentRight = cards.length > 0 || !meant(answer, undefined);
        if (found.length === cards.length && silentRight) row.matched++;
        else
          misses.push(
            `${name}: ${cards.length > 0 ? `expected ${cards.map((card) => `${card.summary.slice(0, 60)} | ${(card.detail ?? '').slice(0, 80)}`).join('; ')}` : 'expected nothing'}; ours: ${answer.cards.map((card) => `${card.tier} ${card.rule.id}: ${card.summary}`).join('; ')}; could not: ${answer.couldNot.length}`,
          );
      }
      console.table(table);
      if (process.env['LAMPLIGHT_FULL']) console.log(misses.join('\n'));
      const sum = (of: 'matched' | 'compared' | 'cards' | 'found') => Object.values(table).reduce((all, row) => all + row[of], 0);
      console.log(
        `opioid: ${answered} of ${requests.length} requests answered (${repaired} mended), ${sum('matched')} of ${sum('compared')} as the response (${sum('found')} of ${sum('cards')} cards), ${withoutAnswer} without a response`,
      );
      expect(answered).toBe(requests.length);
      expect(sum('matched')).toBeGreaterThanOrEqual(opioidMatchedMin);
    },
  );
});
/** Of 52 with a readable response; the rest ask for plans of care and evaluations, which are no orders, or contradict their request. */
const opioidMatchedMin = 43;

const pddi = join(shared, 'pddi-cds', 'input', 'images', 'requests');
/** What the guide says of each scenario (it has no responses): the pair, and whether it interrupts. */
const scenarios: [RegExp, string, (answer: Answer) => boolean][] = [
  [/digoxin-cyclosporine|multi-update-draft-orders-[24]/, 'digoxin and cyclosporine', between(/digoxin/i, /c[iy]closporin/i)],
  [
    /warfarin-nsaid-scenario-01/,
    'nothing that interrupts about a gel',
    (answer) => !between(/warfarin/i, /diclofenac|NSAID/i, true)(answer),
  ],
  [/warfarin-nsaid|multi-update-draft-orders-[13]/, 'warfarin and an NSAID', between(/warfarin/i, /ketorolac|ibuprofen|NSAID/i, true)],
];

describe('contextual interaction examples', () => {
  const requests = jsonIn(pddi);
  it.skipIf(requests.length === 0)(
    `answers each request with the pair that it is about${requests.length === 0 ? ' (skipped: no practice data)' : ''}`,
    async () => {
      const misses: string[] = [];
      let matched = 0;
      for (const name of requests) {
        const answer = await ask(readFileSync(join(pddi, name), 'utf8'));
        const [, what, meant] = scenarios.find(([pattern]) => pattern.test(name))!;
        if (typeof answer !== 'string' && meant(answer)) matched++;
        else
          misses.push(
            `${name} (${what}): ${typeof answer === 'string' ? answer : `${answer.cards.map((card) => `${card.tier} ${card.rule.id}: ${card.summary}`).join('; ')}; could not: ${answer.couldNot.map((each) => each.why).join('; ')}`}`,
          );
      }
      console.log(`pddi-cds: ${matched} of ${requests.length} requests\n${misses.join('\n')}`);
      expect(matched).toBe(requests.length);
    },
  );
});
