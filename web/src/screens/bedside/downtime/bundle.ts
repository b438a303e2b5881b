// The file that a ward took into a downtime (GET /medication/downtime): read, whose it is, how old. Whether it is ours only the server
// can say, which holds the key.
import type { BundleOrder, BundlePatient, DowntimeBundle } from '../../../../../src/gateways/medication/downtime.ts';
import { ask } from '../../../api/http.ts';
import { sinceOf } from '../../../parts/dates.ts';

export type { BundleOrder, BundlePatient, DowntimeBundle };

/** As it was given: the text that is signed stays as it is. */
export interface Brought {
  bundle: string;
  signature: string;
}

const bytesMax = 4 * 1024 * 1024;
const dayMs = 86_400_000;
/** After it ended orders have changed too much for paper to be copied by it. */
const staleDays = 7;

/** A sentence where it cannot be used. */
export async function readBundle(file: Blob, nowMs: number): Promise<Brought | string> {
  if (file.size > bytesMax) return 'This file is too large to be the bundle of a ward. Choose the one that was taken before the downtime.';
  const brought = broughtIn(await file.text());
  const held = brought === undefined ? undefined : heldIn(brought);
  if (brought === undefined || held === undefined)
    return 'This file is no bundle of a downtime. Choose the one that “Downtime bundle” saved, unchanged.';
  const stale = staleness(held, nowMs);
  if (stale !== undefined) return stale;
  return brought;
}

function broughtIn(text: string): Brought | undefined {
  const { bundle, signature } = objectIn(text);
  return typeof bundle === 'string' && typeof signature === 'string' ? { bundle, signature } : undefined;
}

/** Undefined: it has not the form of one. */
export function heldIn({ bundle }: Brought): DowntimeBundle | undefined {
  const held = objectIn(bundle) as Partial<DowntimeBundle>;
  const whole =
    held.kind === 'lamplight-downtime' &&
    typeof held.id === 'string' &&
    /^[\w-]{1,64}$/.test(held.id) &&
    Array.isArray(held.patients) &&
    !Number.isNaN(Date.parse(held.made ?? '')) &&
    !Number.isNaN(Date.parse(held.to ?? ''));
  return whole ? (held as DowntimeBundle) : undefined;
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function staleness({ to }: Pick<DowntimeBundle, 'to'>, nowMs: number): string | undefined {
  const days = Math.floor((nowMs - Date.parse(to)) / dayMs);
  return days < staleDays
    ? undefined
    : `This bundle ended ${days} days ago, and orders have changed since: it is too old to copy doses by. Document them in the charts, one by one.`;
}

export const ownerWords = ({ ward, wardName, patients }: DowntimeBundle): string =>
  `${wardName ?? ward}, ${patients.length} ${patients.length === 1 ? 'patient' : 'patients'}`;
export const ageWords = ({ made }: DowntimeBundle, now: Date): string => `taken ${sinceOf(made, now)}`;

/** Asked without doses: refused where it is not ours or was changed. */
export const isOurs = (brought: Brought, signal?: AbortSignal): Promise<unknown> =>
  ask('/medication/downtime/reconcile', {
    method: 'POST',
    body: { ...brought, doses: [], check: true },
    ...(signal === undefined ? {} : { signal }),
  });
