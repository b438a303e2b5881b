// npm run bench -- surveillance FOLDER ...: over the files of a simulated year ("lamplight simulate --out FOLDER"): every morning the alerts are asked
// for, as an epidemiologist would; which planted outbreaks are among them, after how many days, and how many alerts belong to none.
// In a planted surge of arrivals there is more of everything, which is no chance either: such alerts are counted by themselves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownKnowledge } from '../../src/app/knowledge-folder.ts';
import { loadSurveillanceKnowledge } from '../../src/app/surveillance-knowledge.ts';
import { type Alert, alertsOf } from '../../src/gateways/surveillance/alerts.ts';
import { noBoundaries } from '../../src/gateways/surveillance/boundaries.ts';
import type { VisitClass } from '../../src/gateways/surveillance/contract.ts';
import { Counts, noFilters } from '../../src/gateways/surveillance/counts.ts';
import { addDays } from '../../src/gateways/surveillance/wish.ts';
import type { Caller } from '../../src/record/contract.ts';
import { tablesOf } from '../outcomes/tables.ts';

const caller: Caller = {
  person: { id: 'bench', name: 'bench', role: 'administrator' },
  purpose: 'HSYSADMIN',
  from: 'bench',
  request: 'bench',
};

interface Outbreak {
  which: string;
  first: string;
  last: string;
  class: VisitClass;
  syndromes: readonly string[];
  found?: string;
}

/** What a planted outbreak may be told as. */
const toldAs: Readonly<Record<string, readonly string[]>> = {
  gastroenteritis: ['gastrointestinal'],
  pneumonia: ['respiratory', 'influenza-like-illness', 'covid-like-illness', 'fever'],
  'viral-infection': ['respiratory', 'influenza-like-illness', 'covid-like-illness', 'fever'],
};
/** Days after its end in which an alert still counts as of an outbreak. */
const late = 3;
/** Days of past without which nothing is judged. */
const warmUp = 56;

const days = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('error: name the folder of a simulated year: lamplight simulate --days 420 --patients 20000 --seed 7 --out FOLDER');
  process.exit(2);
}
const knowledge = loadSurveillanceKnowledge([ownKnowledge]);
if (!knowledge.ok) throw new Error(knowledge.problem.message);
const known = new Set(knowledge.value.syndromes.map(({ name }) => name));
for (const name of new Set(Object.values(toldAs).flat())) if (!known.has(name)) console.log(`  (there is no syndrome ${name})`);

for (const folder of folders) {
  const ask = await tablesOf(folder);
  if (!ask.ok) throw new Error(ask.problem.message);
  const summary = JSON.parse(readFileSync(join(folder, 'simulation.txt'), 'utf8')) as { from: string; until: string };
  const outbreaks = plantedIn(folder);
  const surges = surgesIn(folder);
  const others = new Map<string, Alert>();
  let [mornings, longestMs] = [0, 0];
  for (let today = addDays(summary.from.slice(0, 10), warmUp); today < summary.until.slice(0, 10); today = addDays(today, 1)) {
    const now = new Date(`${today}T08:00:00Z`);
    const counts = new Counts({
      tables: { ask: (_, sql, options) => ask.value(sql, options), freshness: async () => ({ position: 1n, head: 1n }) },
      // Counts touch neither.
      database: undefined as never,
      record: { note: async () => undefined },
      knowledge: knowledge.value,
      boundaries: noBoundaries,
      timeZone: 'UTC',
      now: () => now,
    });
    mornings++;
    for (const kind of ['EMER', 'IMP'] as const) {
      const wish = {
        syndrome: '',
        from: addDays(today, -90),
        to: today,
        class: kind,
        filters: noFilters,
        method: 'combined',
        share: false,
      } as const;
      const began = performance.now();
      const found = await alertsOf({ counts, knowledge: knowledge.value, notes: [] }, caller, wish, today);
      longestMs = Math.max(longestMs, performance.now() - began);
      if (!found.ok) throw new Error(found.problem.message);
      for (const alert of found.value.alerts.filter(({ last }) => last >= addDays(today, -1))) {
        const of = outbreaks.filter((one) => belongs(alert, one));
        for (const one of of) one.found ??= today;
        if (of.length === 0) others.set(`${alert.class} ${alert.syndrome} ${alert.facet} ${alert.value} ${alert.first}`, alert);
      }
    }
  }
  console.log(
    `${folder}: ${mornings} mornings from ${addDays(summary.from.slice(0, 10), warmUp)}, longest question ${longestMs.toFixed(0)} ms`,
  );
  for (const one of outbreaks.filter(({ first }) => first >= addDays(summary.from.slice(0, 10), warmUp)))
    console.log(
      `  ${one.first} ${one.which.padEnd(24)} ${one.found === undefined ? 'not found' : `found ${days(one.first, one.found)} days later`}`,
    );
  const all = [...others.values()];
  const surged = (alert: Alert): boolean => surges.some(({ first, last }) => alert.last >= first && alert.first <= addDays(last, late));
  const alone = all.filter((alert) => !surged(alert));
  const overAll = alone.filter(({ facet }) => facet === 'all').length;
  console.log(
    `  ${alone.length} alerts of nothing planted, ${overAll} of them over everybody: one in ${(mornings / Math.max(1, alone.length)).toFixed(1)} days; ${all.length - alone.length} more in the days of ${surges.length} planted surges of arrivals`,
  );
}

function truthOf(folder: string): string[] {
  return readFileSync(join(folder, 'truth.jsonl.txt'), 'utf8').split('\n');
}

function surgesIn(folder: string): { first: string; last: string }[] {
  return truthOf(folder).flatMap((line) => {
    if (!line.startsWith('{"kind":"surge",')) return [];
    const { at, until } = JSON.parse(line) as { at: string; until: string };
    return [{ first: at.slice(0, 10), last: until.slice(0, 10) }];
  });
}

function plantedIn(folder: string): Outbreak[] {
  return truthOf(folder).flatMap((line): Outbreak[] => {
    if (!line.startsWith('{"kind":"outbreak",')) return [];
    const { at, until, which } = JSON.parse(line) as { at: string; until: string; which: string };
    const [where = '', what = ''] = which.split(' ');
    return [
      { which, first: at.slice(0, 10), last: until.slice(0, 10), class: where === 'ward' ? 'IMP' : 'EMER', syndromes: toldAs[what] ?? [] },
    ];
  });
}

/** The same kind of visit, a syndrome that it may be told as, and days in common. */
function belongs(alert: Alert, one: Outbreak): boolean {
  return (
    alert.class === one.class && one.syndromes.includes(alert.syndrome) && alert.last >= one.first && alert.first <= addDays(one.last, late)
  );
}
