// Why an order is signed although an alert interrupted, in the words of the server: rules are judged by these codes, and the list
// stands there alone.
import { useQuery } from '@tanstack/react-query';
import type { OverrideReasons } from '../../../../src/gateways/medication/check-answers.ts';
import { ask } from '../../api/http.ts';

/** Empty until they are there: nothing can be overridden without one, the order can still be changed. */
export function useOverrideReasons(): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: ['override-reasons'],
    queryFn: () => ask<OverrideReasons>('/medication/override-reasons'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (data?.reasons ?? []).map(({ code, display }) => ({ value: code, label: display }));
}
