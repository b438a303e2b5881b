// A product that could not be scanned is told to the pharmacy: a Task `unscannable` in the pharmacist's queue, one for each product and day,
// however often it is met. It speaks of the product, of no patient. The nurse's dose never waits for it.
import { createHash } from 'node:crypto';
import type { Task } from '../../fhir/generated/types.ts';
import { ok } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { taskSystem } from '../../modules/medication-safety/codes.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { newId } from '../../record/uuid7.ts';
import type { Judged } from './scan-judge.ts';
import type { AdministerWish } from './scan-wish.ts';

export const unscannableSystem = 'https://lamplight.dev/fhir/NamingSystem/unscannable-product';

/** Reasons that lie with the product; a torn wristband or a broken scanner is nothing for the pharmacy. */
const ofProduct: Readonly<Record<string, string>> = {
  'damaged-label': 'its label is damaged',
  'no-barcode': 'it has no barcode',
  'product-not-in-directory': 'its number is not in the directory',
};

/** Resolves whatever becomes of it: what cannot be told is no reason to refuse a dose that was given. */
export async function tellPharmacy(
  { notScanned }: AdministerWish,
  { order, verdict }: Pick<Judged, 'order' | 'verdict'>,
  caller: Caller,
  now: Date,
  record: Pick<RecordStore, 'transact'>,
): Promise<void> {
  const why = notScanned !== undefined && Object.hasOwn(ofProduct, notScanned) ? ofProduct[notScanned] : undefined;
  const number = verdict.read.find(({ is, code }) => is === 'not-known' && code.gtins.length > 0)?.code.gtins[0];
  const name = order?.title;
  if (why === undefined || verdict.evidence.drug || (number ?? name) === undefined) return;
  const day = now.toISOString().slice(0, 10);
  const mark = createHash('sha256')
    .update(`${day} ${number ?? name}`)
    .digest('hex')
    .slice(0, 40);
  const query = parseQuery('Task', [['identifier', `${unscannableSystem}|${mark}`]]);
  if (!query.ok) return;
  const id = newId();
  const resource: Task = {
    resourceType: 'Task',
    id,
    identifier: [{ system: unscannableSystem, value: mark }],
    status: 'requested',
    intent: 'order',
    priority: 'routine',
    code: { coding: [{ system: taskSystem, code: 'unscannable' }], text: 'A product cannot be scanned' },
    description: `Cannot be scanned, ${why}: ${[name, number].filter((one) => one !== undefined).join(', product number ')}`.slice(0, 500),
    authoredOn: now.toISOString(),
    requester: { type: 'Practitioner', identifier: { value: caller.person.id }, display: caller.person.name },
  };
  await record
    .transact(caller, [createHash('sha256').update(`unscannable ${mark}`).digest().readBigInt64BE(0)], async (find) => {
      const before = await find(query.value);
      if (!before.ok) return before;
      return ok(before.value.matches.length > 0 ? [] : [{ kind: 'create' as const, resource, id }]);
    })
    .catch(() => undefined);
}
