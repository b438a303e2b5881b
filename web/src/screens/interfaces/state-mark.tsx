// How a message or a channel stands: a word, a shape and a colour, so that none of them is needed alone.
import type { Channel, MessageState } from './api.ts';

const marks: Readonly<Record<MessageState | 'paused' | 'fine' | 'away' | 'quiet' | 'gone', { shape: string; word: string }>> = {
  waiting: { shape: '◷', word: 'Waiting' },
  done: { shape: '✓', word: 'Done' },
  failed: { shape: '✕', word: 'Failed' },
  dropped: { shape: '⊘', word: 'Left out' },
  paused: { shape: '❚❚', word: 'Paused' },
  away: { shape: '▲', word: 'Stuck' },
  fine: { shape: '●', word: 'Running' },
  quiet: { shape: '○', word: 'Quiet' },
  gone: { shape: '◌', word: 'No file' },
};
export type Mark = keyof typeof marks;

export function StateMark({ mark }: { mark: Mark }) {
  const { shape, word } = marks[mark];
  return (
    <span className={`mark mark-${mark}`}>
      <span aria-hidden="true" className="mark-shape">
        {shape}
      </span>
      {word}
    </span>
  );
}

/** Longer than this is no queue any more but something that does not go on. */
const stuckMs = 60_000;

export const markOf = ({ gone, paused, waiting, lagMs, lastReceived }: Channel): Mark =>
  gone === true
    ? 'gone'
    : paused
      ? 'paused'
      : waiting > 0
        ? lagMs > stuckMs
          ? 'away'
          : 'waiting'
        : lastReceived === undefined
          ? 'quiet'
          : 'fine';

/** `11 min`, `40 s`: how long something has been so. */
export function lasting(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, '0')}` : `${Math.floor(hours / 24)} d`;
}
