// GET /medication/downtime: what a ward needs while nothing answers. Its patients, their orders and what is due, as a printed record
// (PDF) and as a bundle whose text is signed, with which doses are written down offline and brought back (downtime-reconcile.ts).
import { randomUUID } from 'node:crypto';
import { setImmediate as rest } from 'node:timers/promises';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { BedsideOrder } from '../../modules/medication-administration/contract.ts';
import { due } from '../../modules/medication-administration/due.ts';
import { amountText } from '../../modules/medication-administration/subject.ts';
import { wordsOf } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import type { Caller } from '../../record/contract.ts';
import { nameOf } from './labels.ts';
import { alertOf } from './scan-due-order.ts';
import { type Bedside, gsrnSystem, ordersOf, printSystem } from './scan-facts.ts';
import { bedsideOrder, givenDose } from './scan-orders.ts';
import { patientsOnWard } from './ward-patients.ts';

export interface BundleOrder {
  order: string;
  /** As it was then: another version since is a conflict. */
  version?: string;
  title: string;
  dosage?: string;
  route?: string;
  kind: string;
  verified?: boolean;
  due: string[];
  /** Why a second person must check it. */
  highAlert?: string;
}
export interface BundlePatient {
  patient: string;
  name: string;
  birthDate?: string;
  numbers: string[];
  allergies: string[];
  orders: BundleOrder[];
  /** What could not be read. */
  notRead: string[];
}
export interface DowntimeBundle {
  kind: 'lamplight-downtime';
  version: 1;
  id: string;
  ward: string;
  wardName?: string;
  made: string;
  from: string;
  to: string;
  timeZone: string;
  patients: BundlePatient[];
  /** Patients of the ward who could not be read: `Patient/1`, and why. They are there, and need another source. */
  notRead: { patient: string; why: string }[];
}

const hourMs = 3_600_000;
const patientsMax = 100;

export interface DowntimeWish {
  ward: string;
  hours: number;
  pdf: boolean;
}

export function readDowntimeWish(url: string): Result<DowntimeWish> {
  const query = new URL(url, 'http://here').searchParams;
  const unknown = [...query.keys()].find((name) => !['ward', 'hours', 'format'].includes(name));
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are ward, hours, format`);
  const ward = /^(?:Location\/)?([A-Za-z0-9.-]{1,64})$/.exec(query.get('ward') ?? '')?.[1];
  if (ward === undefined) return fail('invalid', 'ward is the id of a Location, such as Location/123', 'ward');
  const hours = query.get('hours') ?? '12';
  if (!/^\d{1,2}$/.test(hours) || Number(hours) < 1 || Number(hours) > 48)
    return fail('invalid', 'hours is a number from 1 to 48', 'hours');
  const format = query.get('format') ?? 'json';
  if (format !== 'json' && format !== 'pdf') return fail('invalid', 'format is json or pdf', 'format');
  return ok({ ward: `Location/${ward}`, hours: Number(hours), pdf: format === 'pdf' });
}

export async function downtimeBundle({ ward, hours }: DowntimeWish, caller: Caller, bedside: Bedside): Promise<Result<DowntimeBundle>> {
  const chart = bedside.chartFor(caller);
  // A ward's patients lie in its rooms and beds, which are places of their own.
  const there = await patientsOnWard(ward, chart);
  if (!there.ok) return there;
  const { name: wardName, patients: beds } = there.value;
  const ids = [...beds.keys()];
  if (ids.length > patientsMax)
    return fail('too-costly', `There are more than ${patientsMax} patients at this place: ask for a part of it`, 'ward');
  const nowMs = bedside.safety.now().getTime();
  const [fromMs, toMs] = [nowMs - hourMs, nowMs + hours * hourMs];
  const patients: BundlePatient[] = [];
  const notRead: DowntimeBundle['notRead'] = [];
  for (const id of ids) {
    const one = await patientOf(id, fromMs, toMs, caller, bedside);
    if (one.ok) patients.push(one.value);
    else if (one.problem.kind === 'busy') return one;
    else notRead.push({ patient: `Patient/${id}`, why: one.problem.message });
    await rest();
  }
  return ok({
    kind: 'lamplight-downtime',
    version: 1,
    id: randomUUID(),
    ward,
    ...(wardName === undefined || wardName === ward ? {} : { wardName }),
    made: new Date(nowMs).toISOString(),
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    timeZone: bedside.timeZone,
    patients: patients.sort((a, b) => a.name.localeCompare(b.name)),
    notRead,
  });
}

async function patientOf(id: string, fromMs: number, toMs: number, caller: Caller, bedside: Bedside): Promise<Result<BundlePatient>> {
  const chart = bedside.chartFor(caller);
  const read = await chart.read('Patient', id);
  if (!read.ok) return read;
  if (read.value.resourceType !== 'Patient') return fail('not-found', `There is no Patient/${id}`);
  const notRead: string[] = [];
  const [part, allergies] = await Promise.all([
    ordersOf(id, fromMs, chart, notRead),
    chart.search('AllergyIntolerance', `patient=Patient/${id}&_count=200`),
  ]);
  if (!allergies.ok) notRead.push('allergies');
  const { library } = bedside.safety;
  const orders = part.requests.map((each) => ({ request: each, order: bedsideOrder(each, { library, ...part }) }));
  const known = orders.map((each) => each.order);
  const given = part.administrations.flatMap((each) => givenDose(each, part.medications, known, library) ?? []);
  const doses = due(known, given, fromMs, toMs, bedside.timeZone).filter((each) => each.done === undefined);
  const { birthDate, identifier, name } = read.value;
  return ok({
    patient: `Patient/${id}`,
    name: nameOf(name ?? []),
    ...(birthDate === undefined ? {} : { birthDate }),
    numbers: (identifier ?? []).flatMap(({ system, value }) =>
      value !== undefined && system !== gsrnSystem && system !== printSystem ? [value] : [],
    ),
    allergies: allergies.ok
      ? allergies.value.flatMap((each) => (each.resourceType === 'AllergyIntolerance' ? [wordsOf(each.code)].filter(Boolean) : []))
      : [],
    orders: orders
      .filter(({ order }) => order.status === 'active')
      .map(({ request, order }) => ({
        order: order.ref,
        ...(request.meta?.versionId === undefined ? {} : { version: request.meta.versionId }),
        title: order.title,
        ...(order.route === undefined ? {} : { route: order.route }),
        kind: order.rhythm.kind,
        ...(order.verified === undefined ? {} : { verified: order.verified }),
        ...dosageOf(order),
        ...highAlertOf(order, bedside),
        due: doses.flatMap((each) => (each.order === order.ref && each.atMs !== undefined ? [new Date(each.atMs).toISOString()] : [])),
      })),
    notRead,
  });
}

function highAlertOf(order: BedsideOrder, { rules }: Bedside): { highAlert?: string } {
  const alert = alertOf(order, rules.highAlert);
  return alert === undefined ? {} : { highAlert: alert.says };
}

/** Nobody gives a drug from a paper that does not say how much. */
function dosageOf({ ingredients }: BedsideOrder): { dosage?: string } {
  const doses = ingredients.flatMap(({ dose }) => (dose === undefined ? [] : [amountText(dose)]));
  return doses.length === 0 ? {} : { dosage: doses.join(' / ') };
}
