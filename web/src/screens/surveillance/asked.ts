// How what is chosen stands in the address, so that a link opens the same again.
import type { Alert } from './api.ts';

export const facetFilters = ['area', 'age', 'sex', 'place'] as const;

/** What an alert is about, in the address: its syndrome, its people, its days. */
export function askedOf(
  alert: Pick<Alert, 'id' | 'syndrome' | 'class' | 'facet' | 'value' | 'first' | 'last'>,
): Record<string, string | undefined> {
  const none = Object.fromEntries(facetFilters.map((name) => [name, undefined]));
  return {
    ...none,
    ...(alert.facet === 'all' ? {} : { [alert.facet]: alert.value }),
    alert: alert.id,
    syndrome: alert.syndrome,
    class: alert.class === 'EMER' ? undefined : alert.class,
    first: alert.first,
    last: alert.last,
  };
}
