import { expect, it } from 'vitest';
import { notScannedReasons as known } from '../../../../src/gateways/medication/scan-wish.ts';
import { outcomes } from '../../../../src/modules/medication-administration/contract.ts';
import { outcomeReasons as asked } from '../../../../src/modules/medication-administration/recording.ts';
import { notScannedReasons, outcomeChoices, outcomeReasons } from './marks.ts';

it('offers every outcome once, with exactly the reasons that the server takes', () => {
  expect(outcomeChoices.flatMap((one) => one.outcomes).sort()).toEqual([...outcomes].sort());
  for (const outcome of outcomes) expect(Object.keys(outcomeReasons[outcome] ?? {}), outcome).toEqual([...(asked[outcome] ?? [])]);
  expect(Object.keys(notScannedReasons)).toEqual([...known]);
});
