// Small pieces of governance: a share as a bar with its interval, and a field for a reason with what it leads to.
import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Rate } from './api.ts';
import { percent, rateWords } from './figures.ts';

/** The bar is the share, the whisker its 95 % interval; the words say the same. `most`: what the full width stands for. */
export function Bar({ rate, most = 1 }: { rate: Rate | undefined; most?: number }) {
  if (rate === undefined) return <span className="soft">–</span>;
  const at = (share: number): string => `${Math.min(100, (100 * share) / most)}%`;
  return (
    <span className="share" title={rateWords(rate)}>
      <span className="share-bar" aria-hidden="true">
        <span className="share-is" style={{ width: at(rate.share) }} />
        <span className="share-between" style={{ insetInlineStart: at(rate.low), width: `calc(${at(rate.high)} - ${at(rate.low)})` }} />
      </span>
      <span className="share-words">
        {percent(rate.share)}{' '}
        <span className="soft">
          {percent(rate.low)}–{percent(rate.high)}
        </span>
      </span>
    </span>
  );
}

export interface Choice {
  name: string;
  /** Beside it, quieter. */
  second?: boolean;
  run(why: string): Promise<unknown>;
}

export const reasonLeast = 10;

/** A reason in words, and what can be done with it: nothing without one. */
export function WithReason({ label, choices, done }: { label: string; choices: readonly Choice[]; done(): void }) {
  const [why, setWhy] = useState('');
  const act = useMutation({
    mutationFn: (choice: Choice) => choice.run(why.trim()),
    onSuccess: () => {
      setWhy('');
      done();
    },
  });
  return (
    <div className="with-reason">
      <Textarea
        label={label}
        description={`At least ${reasonLeast} letters: who reads this in a year must understand it`}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
        maxLength={2000}
        autosize
        minRows={2}
        dir="auto"
        error={act.error?.message}
      />
      <div className="reason-choices">
        {choices.map((choice) => (
          <Button
            key={choice.name}
            size="sm"
            variant={choice.second === true ? 'default' : 'filled'}
            loading={act.isPending && act.variables === choice}
            disabled={why.trim().length < reasonLeast || act.isPending}
            onClick={() => act.mutate(choice)}
          >
            {choice.name}
          </Button>
        ))}
      </div>
    </div>
  );
}
