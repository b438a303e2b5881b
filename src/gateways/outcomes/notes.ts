// Notes beside charts, kept: what was changed on which day, by whom it was said. A note is ended, never deleted.
import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { OutcomeNote } from './answers.ts';

export interface NoteWish {
  indicator: string;
  ward?: string;
  day: string;
  words: string;
  phase: boolean;
}

const wordsMost = 300;

function hasControl(text: string): boolean {
  for (const character of text) if (character.codePointAt(0)! < 32 || character.codePointAt(0) === 127) return true;
  return false;
}

export function readNoteWish(body: unknown, indicators: ReadonlyMap<string, unknown>): Result<NoteWish> {
  if (typeof body !== 'object' || body === null) return fail('invalid', 'Send {"indicator", "day", "words"}');
  const { indicator, ward, day, words, phase = false } = body as Partial<Record<keyof NoteWish, unknown>>;
  if (typeof indicator !== 'string' || !indicators.has(indicator))
    return fail('invalid', 'indicator is the name of one that there is', 'indicator');
  if (typeof day !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day)))
    return fail('invalid', 'day is a date, such as 2026-03-02', 'day');
  if (typeof words !== 'string' || words.trim() === '' || words.length > wordsMost || hasControl(words))
    return fail('invalid', `words says in one line of at most ${wordsMost} characters what was changed; it names no patient`, 'words');
  if (ward !== undefined && (typeof ward !== 'string' || ward === '' || ward.length > 200 || hasControl(ward)))
    return fail('invalid', 'ward is the name of a ward', 'ward');
  if (typeof phase !== 'boolean') return fail('invalid', 'phase is true where limits start anew', 'phase');
  return ok({ indicator, day, words: words.trim(), phase, ...(ward === undefined ? {} : { ward }) });
}

export async function listNotes(database: Database, indicator: string): Promise<OutcomeNote[]> {
  const { rows } = await database.query<Omit<OutcomeNote, 'by' | 'at'> & { name: string; at: Date }>({
    text: `select id, indicator, ward, day::text as day, words, phase, name, at from outcome_note where indicator = $1 and ended is null order by day, at limit 200`,
    values: [indicator],
  });
  return rows.map(({ name, at, ...note }) => ({ ...note, by: name, at: at.toISOString() }));
}

export async function addNote(database: Database, wish: NoteWish, person: Person, now: Date): Promise<string> {
  const id = randomUUID();
  await database.query({
    text: 'insert into outcome_note (id, indicator, ward, day, words, phase, account, name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    values: [id, wish.indicator, wish.ward ?? null, wish.day, wish.words, wish.phase, person.id, person.name, now],
  });
  return id;
}

export async function endNote(database: Database, id: string, person: Person, now: Date): Promise<Result<{ id: string }>> {
  const { rowCount } = await database.query({
    text: 'update outcome_note set ended = $2, ended_by = $3 where id = $1 and ended is null',
    values: [id, now, person.name],
  });
  return rowCount === 1 ? ok({ id }) : fail('not-found', 'There is no such note');
}
