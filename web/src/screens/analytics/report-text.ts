// The text of a report as a form sees it: what the form changes is changed in the text, and nothing else in it.
import type { Schedule } from './reports-api.ts';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Members = Record<string, unknown>;

/** Undefined where the text is no JSON object: then the form has nothing to change. */
export function membersOf(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}

export const textOf = (members: Members): string => `${JSON.stringify(members, undefined, 2)}\n`;

/** With this member, or without it where it is undefined. */
export function withMember(text: string, name: string, value: unknown): string {
  const members = membersOf(text);
  if (members === undefined) return text;
  const { [name]: _, ...others } = members;
  return textOf(value === undefined ? others : name in members ? { ...members, [name]: value } : { ...others, [name]: value });
}

export type Every = 'never' | Schedule['every'];

/** Another rhythm keeps the time. */
export function scheduleFor(every: Every, before: Schedule | undefined): Schedule | undefined {
  const at = before?.at ?? '07:00';
  if (every === 'never') return undefined;
  if (every === 'day') return { every, at };
  return every === 'week' ? { every, on: 'monday', at } : { every, on: 1, at };
}

export function scheduleWords(schedule: Schedule | undefined): string {
  if (schedule === undefined) return 'when somebody makes it';
  const { every, on, at } = schedule;
  if (every === 'day') return `every day at ${at}`;
  if (every === 'week') return `every ${String(on).replace(/^./, (letter) => letter.toUpperCase())} at ${at}`;
  return `every month on day ${on} at ${at}${Number(on) > 28 ? ', or its last day' : ''}`;
}

/** `anna@example.org, ben@example.org`, as it is typed. */
export const addressesIn = (typed: string): string[] => typed.split(/[\s,;]+/).filter((one) => one !== '');

export function bytesWords(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
