// A small helper beside the lines: so much for each kilogram, times the weight in the chart, as a dose in a line.
import { Button, Popover, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { search } from '../../api/fhir.ts';
import { about } from '../../api/touched.ts';
import { showTime } from '../../parts/dates.ts';
import { quantityOf } from '../../parts/words.ts';
import { amountOf, doseByWeight, kilogramsOf, weightCodes, weightOf } from './dose-by-weight.ts';

/** Behind wrong and withdrawn ones there may be one that stands. */
const newest = 10;

export function DoseCalculator({ patient, put }: { patient: string; put(dose: string): void }) {
  const [opened, setOpened] = useState(false);
  const [perKg, setPerKg] = useState('');
  const [typedWeight, setTypedWeight] = useState<string>();
  const weight = useQuery({
    queryKey: ['Observation', patient, 'weight'],
    meta: about(patient),
    queryFn: async () =>
      weightOf((await search('Observation', { patient, code: weightCodes, _sort: '-date', _count: newest })).resources) ?? null,
    enabled: opened,
  });
  const recorded = weight.data ?? undefined;
  const kilograms = typedWeight ?? String(kilogramsOf(recorded?.valueQuantity) ?? '');
  const [each, kg] = [amountOf(perKg), amountOf(kilograms)];
  const dose = each === undefined || kg === undefined ? undefined : doseByWeight(each, kg);
  const take = (event: FormEvent): void => {
    event.preventDefault();
    if (dose === undefined) return;
    setOpened(false);
    put(`${dose} mg`);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button size="xs" variant="default" onClick={() => setOpened(!opened)}>
          Dose by weight
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form className="by-weight" onSubmit={take} aria-label="Dose by weight">
          <TextInput
            size="xs"
            label="mg for each kg, a dose"
            inputMode="decimal"
            data-autofocus
            value={perKg}
            onChange={({ currentTarget: { value } }) => setPerKg(value)}
          />
          <TextInput
            size="xs"
            label="Weight, kg"
            inputMode="decimal"
            value={kilograms}
            onChange={({ currentTarget: { value } }) => setTypedWeight(value)}
          />
          <p className="beneath">
            {weight.isError
              ? 'The weight could not be read from the chart'
              : weight.isPending
                ? 'The weight is being fetched'
                : recorded === undefined
                  ? 'No weight is recorded: weigh first'
                  : `In the chart: ${quantityOf(recorded.valueQuantity)}, ${showTime(recorded.effectiveDateTime) || 'time not known'}`}
          </p>
          <output className="by-weight-dose">
            {dose === undefined ? '–' : `${perKg.trim()} mg/kg × ${kilograms.trim()} kg = ${dose} mg`}
          </output>
          <Button size="xs" type="submit" disabled={dose === undefined}>
            Put it into the order
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
