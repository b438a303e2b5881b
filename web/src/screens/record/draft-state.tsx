// Says what is kept of a form, and by which tab.
import { Button } from '@mantine/core';
import type { Typed } from '../../app/use-draft.ts';
import { showTime } from '../../parts/dates.ts';

export function DraftState<T>({ draft }: { draft: Typed<T> }) {
  const { elsewhere, lost, keptAt, restored, takeOver, done } = draft;
  if (elsewhere)
    return (
      <span className="draft-state">
        This is being edited in another tab.{' '}
        <Button size="compact-xs" variant="default" onClick={takeOver}>
          Edit it here
        </Button>
      </span>
    );
  if (lost) return <span className="draft-state record-problem">This browser keeps no drafts: save before you leave.</span>;
  if (keptAt === undefined) return null;
  return (
    <span className="draft-state">
      {restored ? 'Your draft is back; kept' : 'Kept here'} {showTime(keptAt).slice(-5)}.{' '}
      <Button size="compact-xs" variant="subtle" onClick={done}>
        Discard
      </Button>
    </span>
  );
}
