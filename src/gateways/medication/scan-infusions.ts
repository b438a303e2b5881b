// Infusions of a patient on pumps, as the bedside shows them: what each pump does, beside what it was to do, and what nobody can tell. It is
// worked out from the reports each time it is asked, because silence changes nothing in the record.
import type { MedicationAdministration, Observation } from '../../fhir/generated/types.ts';
import type { BedsideOrder } from '../../modules/medication-administration/contract.ts';
import type { Finding } from '../../modules/medication-administration/pumps/contract.ts';
import { nextOf, observationsOf } from '../../modules/medication-administration/pumps/follow.ts';
import { findingsNow, infusionOf } from '../../modules/medication-administration/pumps/infusion.ts';
import { type Hung, hungOf } from '../../modules/medication-administration/pumps/kept.ts';
import { programmeWords, rateText } from '../../modules/medication-administration/pumps/programme.ts';
import { isOfPump, pumpCodes, reportsOf } from '../../modules/medication-administration/pumps/report.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import { readDraft } from './check.ts';
import type { Bedside } from './scan-facts.ts';

/** More pumps than a bed has; what is beyond is said. */
const infusionsMax = 20;
/** One that ended is shown for so long. */
const endedMs = 2 * 3_600_000;
const recentMs = 3_600_000;

export interface ShownInfusion {
  administration?: string;
  order?: string;
  device: string;
  pump: string;
  drug: string;
  state: 'hung' | 'infusing' | 'paused' | 'ended';
  /** Fine is said only where something was compared. */
  outcome: 'fine' | 'alert' | 'could-not-check';
  set?: string;
  words: string;
  rateMlPerH?: number;
  deliveredMl?: number;
  remainingMl?: number;
  since?: string;
  heard?: string;
  findings: { kind: Finding['kind']; outcome: Finding['outcome']; says: string; since: string }[];
}

export async function infusionsOf(
  patient: string,
  given: readonly MedicationAdministration[],
  orders: readonly BedsideOrder[],
  { safety, pumps }: Bedside,
  chart: Asked,
  notRead: string[],
): Promise<ShownInfusion[]> {
  const nowMs = safety.now().getTime();
  const open = given
    .flatMap((one) => hungOf(one) ?? [])
    .filter(({ one }) => ['in-progress', 'on-hold'].includes(one.status) || endedAgo(one, nowMs) < endedMs)
    .sort((a, b) => b.hungMs - a.hungMs);
  if (open.length > infusionsMax) notRead.push(`${open.length - infusionsMax} further infusions on pumps`);
  const shown = await Promise.all(
    open.slice(0, infusionsMax).map(async (hung): Promise<ShownInfusion[]> => {
      const others = await chart.search('MedicationAdministration', `device=${hung.device}&_sort=-effective-time&_count=100`);
      const all = others.ok
        ? others.value.flatMap((one) => (one.resourceType === 'MedicationAdministration' ? (hungOf(one) ?? []) : []))
        : [];
      const next = nextOf(
        hung,
        all.sort((a, b) => a.hungMs - b.hungMs),
      );
      const found = await observationsOf(hung, next, chart.search);
      if (!others.ok || !found.ok) {
        notRead.push(`what the pump ${hung.device} reports`);
        return [];
      }
      return [
        oneOf(
          hung,
          found.value.filter((one): one is Observation => isOfPump(one)),
        ),
      ];
    }),
  );
  return [
    ...shown.flat(),
    ...(await unscanned(patient, new Set(given.flatMap((one) => hungOf(one)?.device ?? [])), nowMs, chart, notRead)),
  ];

  function oneOf(hung: Hung, observations: readonly Observation[]): ShownInfusion {
    const { one, programme, hungMs } = hung;
    const infusion = infusionOf(hung, reportsOf(observations));
    const order = orders.find(({ ref }) => ref === one.request?.reference);
    const runs = infusion.state === 'infusing';
    const findings = [
      ...findingsNow(infusion, hungMs, nowMs, pumps.silentMinutes),
      ...(runs ? otherDrug(infusion.last?.drug, order, infusion.last?.atMs ?? hungMs) : []),
      ...(runs && order !== undefined && order.status !== 'active'
        ? [
            {
              kind: 'order-ended' as const,
              outcome: 'alert' as const,
              says: `The pump runs, and its order is ${order.status}`,
              fromMs: order.endMs ?? infusion.last?.atMs ?? hungMs,
            },
          ]
        : []),
    ];
    return {
      administration: `MedicationAdministration/${one.id}`,
      ...(one.request?.reference === undefined ? {} : { order: one.request.reference }),
      device: hung.device,
      pump: one.device?.[0]?.display ?? 'a pump',
      drug: programme.drug,
      state: infusion.state,
      outcome: findings.some(({ outcome }) => outcome === 'alert') ? 'alert' : findings.length > 0 ? 'could-not-check' : 'fine',
      ...optional('set', rateText(programme)),
      words: programmeWords(programme),
      ...optional('rateMlPerH', infusion.rateMlPerH),
      ...optional('deliveredMl', infusion.deliveredMl),
      ...optional('remainingMl', infusion.remainingMl),
      ...optional('since', isoOf(infusion.sinceMs)),
      ...optional('heard', isoOf(infusion.last?.atMs)),
      findings: findings.map(({ kind, outcome, says, fromMs }) => ({ kind, outcome, says, since: new Date(fromMs).toISOString() })),
    };
  }

  /** The name that the pump itself shows, as an order of it would be read. */
  function otherDrug(said: string | undefined, order: BedsideOrder | undefined, fromMs: number): Finding[] {
    if (said === undefined || order === undefined || order.ingredients.length === 0) return [];
    const named = readDraft({ text: said }, 0, safety).ingredients.map(({ ingredient }) => ingredient);
    if (named.length === 0)
      return [
        {
          kind: 'could-not-check',
          outcome: 'could-not-check',
          says: `The pump names ${said}: whether that is the ordered drug is not known`,
          fromMs,
        },
      ];
    return named.some((id) => order.ingredients.some((one) => one.id === id))
      ? []
      : [{ kind: 'other-drug', outcome: 'alert', says: `The pump is set for ${said}, ordered is ${order.title}`, fromMs }];
  }
}

const endedAgo = ({ effectivePeriod }: MedicationAdministration, nowMs: number): number => {
  const ended = Date.parse(effectivePeriod?.end ?? '');
  return Number.isNaN(ended) ? Number.POSITIVE_INFINITY : nowMs - ended;
};
const isoOf = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());
const optional = <Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } =>
  value === undefined ? {} : ({ [name]: value } as { [K in Name]?: Value });

/** Pumps that name this patient themselves, run, and were scanned for no order. */
async function unscanned(
  patient: string,
  known: ReadonlySet<string>,
  nowMs: number,
  chart: Asked,
  notRead: string[],
): Promise<ShownInfusion[]> {
  const since = new Date(nowMs - recentMs).toISOString();
  const found = await chart.search('Observation', `patient=Patient/${patient}&code=${pumpCodes.join(',')}&date=ge${since}&_count=500`);
  if (!found.ok) {
    notRead.push(`what pumps report (${found.problem.message})`);
    return [];
  }
  const byDevice = new Map<string, Observation[]>();
  for (const one of found.value)
    if (isOfPump(one) && one.device?.reference !== undefined && !known.has(one.device.reference))
      byDevice.set(one.device.reference, [...(byDevice.get(one.device.reference) ?? []), one]);
  return [...byDevice].flatMap(([device, observations]): ShownInfusion[] => {
    const last = reportsOf(observations).at(-1);
    if (last?.state !== 'infusing') return [];
    const since = new Date(last.atMs).toISOString();
    const says = 'A pump says that it runs for this patient, and nobody has scanned it: scan wristband, bag and pump';
    return [
      {
        device,
        pump: 'A pump that nobody scanned',
        drug: last.drug ?? 'drug not said',
        state: 'infusing',
        outcome: 'alert',
        words: 'nothing was scanned',
        ...optional('rateMlPerH', last.rateMlPerH),
        heard: since,
        findings: [{ kind: 'not-associated', outcome: 'alert', says, since }],
      },
    ];
  });
}
