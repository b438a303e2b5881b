// Each judgement at the bedside and each dose recorded, noted for the reports beside the answer and never in its way: what cannot
// be noted is counted, and the nurse has the answer all the same.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '../../database/contract.ts';
import { windowMinutes } from '../../modules/medication-administration/checks/time.ts';
import type { Windows } from '../../modules/medication-administration/contract.ts';
import { outcomeReasons } from '../../modules/medication-administration/recording.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import type { Caller } from '../../record/contract.ts';
import type { Judged } from './scan-judge.ts';
import type { AdministerWish, ScanWish } from './scan-wish.ts';

export interface BedsideEvents {
  note(asked: 'scan' | 'administer', wish: ScanWish | AdministerWish, judged: Judged, caller: Caller): Promise<void>;
  /** Events that could not be noted since the start. */
  readonly lost: number;
}

const coded: ReadonlySet<string> = new Set(Object.values(outcomeReasons).flat());
const hourMs = 3_600_000;

export function openBedsideEvents(
  database: Database,
  { chartFor, windows }: { chartFor(caller: Caller): Asked; windows: Windows },
): BedsideEvents {
  const key = randomBytes(32);
  let lost = 0;
  return {
    get lost() {
      return lost;
    },
    async note(asked, wish, judged, caller) {
      try {
        const { verdict, order, atMs, patient } = judged;
        const recorded = 'outcome' in wish ? wish : undefined;
        const session = createHmac('sha256', key)
          .update(`${caller.person.id} ${patient ?? ''} ${Math.floor(atMs / hourMs)}`)
          .digest()
          .subarray(0, 16);
        const planned = order && ['scheduled', 'once'].includes(order.rhythm.kind) && !order.rhythm.assumed && verdict.dueMs !== undefined;
        const code = recorded?.reason?.split(':')[0]?.trim();
        await database.query({
          name: 'bedside-event',
          text: `insert into bedside_event (id, at, session, asked, verdict, outcome, band, drug, reasons, unscannable, not_scanned, reason_code, off_minutes, window_minutes, before_order, ward)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10::text[], $11, $12, $13::real, $14::real, $15, $16)`,
          values: [
            randomUUID(),
            new Date(atMs),
            session,
            asked,
            verdict.outcome,
            recorded?.outcome ?? null,
            verdict.evidence.wristband,
            verdict.evidence.drug,
            [...new Set(verdict.reasons.filter((each) => each.severity !== 'aside').map((each) => `${each.severity} ${each.code}`))],
            // A text that is no product number may be somebody's record number.
            verdict.read.flatMap(({ is, code: { gtins } }) =>
              is === 'not-known' || is === 'unreadable' || is === 'ambiguous' ? [`${is} ${gtins[0] ?? ''}`] : [],
            ),
            recorded?.notScanned ?? null,
            // Words may say anything of anybody: only codes are kept.
            code === undefined ? null : coded.has(code) ? code : 'in words',
            planned ? (atMs - verdict.dueMs!) / 60_000 : null,
            planned ? windowMinutes(order, windows) : null,
            wish.beforeOrder !== undefined,
            patient === undefined ? null : await wardOf(patient, chartFor(caller)),
          ],
        });
      } catch {
        lost++;
      }
    },
  };
}

/** Where the patient lies: the place of the stay that runs. */
async function wardOf(patient: string, chart: Asked): Promise<string | null> {
  const stays = await chart.search('Encounter', `patient=Patient/${patient}&status=in-progress&_count=10`);
  if (!stays.ok) return null;
  const places = stays.value.flatMap((each) => (each.resourceType === 'Encounter' ? (each.location ?? []) : []));
  const place = places.findLast((each) => each.status !== 'completed' && each.location.reference !== undefined) ?? places.at(-1);
  return place?.location.reference?.slice(0, 100) ?? null;
}
