// What a figure means, in a shape and words: never in colour alone.
import type { Direction, Meaning } from './api.ts';

const shapes: Record<Meaning, string> = { worse: '▲', better: '▼', neither: '◆', usual: '●', unknown: '○' };
const words: Record<Meaning, string> = { worse: 'Worse', better: 'Better', neither: 'Changed', usual: 'As usual', unknown: 'Cannot say' };

export function MeaningMark({ meaning, says }: { meaning: Meaning; says?: string }) {
  return (
    <span className={`meaning meaning-${meaning}`}>
      <strong>
        <span aria-hidden="true">{shapes[meaning]}</span> {words[meaning]}
      </strong>
      {says !== undefined && <span className="soft"> {says}</span>}
    </span>
  );
}

export const directionWords: Record<Direction, string> = {
  'lower-is-better': 'less is better',
  'higher-is-better': 'more is better',
  neither: 'neither more nor less is better by itself',
};

/** Until somebody of the house has read it. */
export const needsReview = (status: string): boolean => status === 'unreviewed';
