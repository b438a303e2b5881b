// Pumps by the label that was scanned: a Device that this number or serial number names and that is an infusion pump by its type
// (IEEE 11073-10101) or by what it has reported; and what hangs on it now.
import type { Device } from '../../fhir/generated/types.ts';
import { ok, type Result } from '../../fhir/result.ts';
import type { Barcode } from '../../formats/barcodes/contract.ts';
import type { Pump } from '../../modules/medication-administration/contract.ts';
import { hungOf } from '../../modules/medication-administration/pumps/kept.ts';
import { pumpCodes } from '../../modules/medication-administration/pumps/report.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import { escaped } from './scan-products.ts';

/** MDC_DEV_PUMP_INFUS_MDS, _VMD, _CHAN, _CHAN_DELIVERY. */
const pumpTypes = new Set([
  '69985',
  '69986',
  '69987',
  '126978',
  'MDC_DEV_PUMP_INFUS_MDS',
  'MDC_DEV_PUMP_INFUS_VMD',
  'MDC_DEV_PUMP_INFUS_CHAN',
]);
const devicesMax = 10;

export interface FoundPump {
  asSeenBy(patient: string | undefined): Pump;
}

export async function pumpsFor(codes: readonly Barcode[], chart: Asked): Promise<Result<FoundPump[]>> {
  const texts = [
    ...new Set(codes.flatMap(({ faults, text, serial }) => (faults.length > 0 ? [] : [text, serial].filter((one) => one !== undefined)))),
  ].filter((text) => text.length >= 3 && text.length <= 100);
  if (texts.length === 0) return ok([]);
  const found = await chart.search('Device', `identifier=${encodeURIComponent(texts.map(escaped).join(','))}&_count=${devicesMax}`);
  if (!found.ok) return found;
  const pumps: FoundPump[] = [];
  for (const one of found.value) {
    if (one.resourceType !== 'Device' || one.status === 'entered-in-error' || one.status === 'inactive') continue;
    const ref = `Device/${one.id}`;
    if (!(await isPump(one, ref, chart))) continue;
    const hung = await chart.search('MedicationAdministration', `device=${ref}&status=in-progress,on-hold&_sort=-effective-time&_count=20`);
    if (!hung.ok) return hung;
    const last = hung.value
      .flatMap((each) => (each.resourceType === 'MedicationAdministration' ? (hungOf(each) ?? []) : []))
      .sort((a, b) => b.hungMs - a.hungMs)[0];
    pumps.push({
      asSeenBy: (patient) => ({
        codes: (one.identifier ?? []).flatMap(({ value }) => (value !== undefined && texts.includes(value) ? [value] : [])),
        ref,
        title: titleOf(one),
        ...(last === undefined
          ? {}
          : // One that has begun and stands still is as much this patient's as one that runs.
            { inUse: { by: last.patient === `Patient/${patient}` ? 'this' : 'other', begun: last.one.effectivePeriod !== undefined } }),
      }),
    });
  }
  return ok(pumps);
}

async function isPump({ type }: Device, ref: string, chart: Asked): Promise<boolean> {
  if (type?.coding?.some(({ code }) => code !== undefined && pumpTypes.has(code))) return true;
  const said = await chart.search('Observation', `device=${ref}&code=${pumpCodes.join(',')}&_count=1`);
  return said.ok && said.value.length > 0;
}

export const titleOf = ({ deviceName, modelNumber, identifier }: Device): string =>
  (deviceName?.[0]?.name ?? [modelNumber ?? 'pump', identifier?.[0]?.value ?? ''].join(' ')).trim().slice(0, 80);
