import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { duration, showProgress } from './progress.ts';

/** A terminal, or what stands in for one, with what was written to it. */
function screen(isTTY: boolean): { stream: NodeJS.WriteStream; text(): string } {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 100,
    clearLine: () => true,
    cursorTo: () => true,
    moveCursor: () => true,
  });
  const chunks: string[] = [];
  stream.on('data', (chunk) => chunks.push(String(chunk)));
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => chunks.join('') };
}

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function work(isTTY: boolean, seconds: number, quiet = false): string {
    const { stream, text } = screen(isTTY);
    const progress = showProgress(1000, quiet, stream);
    for (let at = 0; at < seconds; at++) {
      progress.bytes(10);
      progress.resources(20);
      vi.advanceTimersByTime(1000);
    }
    progress.refused();
    vi.advanceTimersByTime(1000);
    progress.end();
    return text();
  }

  it('is a bar on a terminal, with rate, remaining time and refusals', () => {
    const text = work(true, 50);
    expect(text).toContain('50 %');
    expect(text).toContain('1,000 resources, 20/s, 50 s left');
    expect(text).toContain('1 refused');
    expect(text).toContain('█');
  });

  it('is a line every ten seconds elsewhere', () => {
    const lines = work(false, 50).trim().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe('10 % · 200 resources, 20/s, 2 min left');
  });

  it('is nothing for what takes a moment, and nothing where that was asked for', () => {
    const { stream, text } = screen(true);
    const progress = showProgress(1000, false, stream);
    progress.bytes(1000);
    vi.advanceTimersByTime(600);
    progress.end();
    expect(text()).toBe('');
    expect(work(true, 20, true)).toBe('');
  });

  it('says how long in words that a person would use', () => {
    expect([0.2, 45, 120, 5400, 7800].map(duration)).toEqual(['1 s', '45 s', '2 min', '1 h 30 min', '2 h 10 min']);
  });
});
