// A nurse says that an infusion is over: what hangs on a pump for this order is over with it, also where the pump is silent.
import { ok, type Result } from '../../fhir/result.ts';
import type { Outcome } from '../../modules/medication-administration/contract.ts';
import { asReleased, hungOf } from '../../modules/medication-administration/pumps/kept.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import type { Write } from '../../record/contract.ts';

const over: ReadonlySet<Outcome> = new Set(['stopped', 'completed', 'removed']);

export async function releases(outcome: Outcome, order: string | undefined, at: Date, chart: Asked): Promise<Result<Write[]>> {
  if (order === undefined || !over.has(outcome)) return ok([]);
  const found = await chart.search('MedicationAdministration', `request=${order}&status=in-progress,on-hold&_count=50`);
  if (!found.ok) return found;
  return ok(
    found.value.flatMap((one): Write[] => {
      const hung = one.resourceType === 'MedicationAdministration' ? hungOf(one) : undefined;
      if (hung === undefined || hung.releasedMs !== undefined) return [];
      return [{ kind: 'update', resource: asReleased(hung, at.toISOString()), ifVersion: Number(one.meta?.versionId) }];
    }),
  );
}
