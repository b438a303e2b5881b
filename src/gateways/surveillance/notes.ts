// Notes of alerts in the database: added, never changed. The state of an event is that of its newest note.
import { randomUUID } from 'node:crypto';
import type { Database, Session } from '../../database/contract.ts';
import type { Person } from '../../policy/contract.ts';
import type { Facet, VisitClass } from './contract.ts';
import type { NoteState, NoteWish } from './wish.ts';

export interface Note extends NoteWish {
  id: string;
  by: { name: string; role: string };
  at: string;
}

export async function addNote(database: Database, wish: NoteWish, person: Person, now: Date): Promise<string> {
  const id = randomUUID();
  await database.query({
    text: `insert into surveillance_note (id, syndrome, class, facet, value, first, last, state, words, account, name, role, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    values: [
      id,
      wish.syndrome,
      wish.class,
      wish.facet,
      wish.value,
      wish.first,
      wish.last,
      wish.state,
      wish.words,
      person.id,
      person.name,
      person.role,
      now.toISOString(),
    ],
  });
  return id;
}

interface NoteRow {
  id: string;
  syndrome: string;
  class: VisitClass;
  facet: Facet;
  value: string;
  first: string;
  last: string;
  state: NoteState;
  words: string;
  name: string;
  role: string;
  at: Date;
}

/** Of events that lasted into these days; newest first. */
export async function listNotes(database: Session, from: string, to: string): Promise<Note[]> {
  const { rows } = await database.query<NoteRow>({
    text: `select id, syndrome, class, facet, value, first::text as first, last::text as last, state, words, name, role, at
from surveillance_note where last >= $1::date and first <= $2::date order by at desc, id limit 2000`,
    values: [from, to],
  });
  return rows.map(({ name, role, at, ...rest }) => ({ ...rest, by: { name, role }, at: at.toISOString() }));
}

export const knownNotes = (notes: readonly Note[], of: Pick<Note, 'syndrome' | 'class' | 'facet' | 'value'>): Note[] =>
  notes.filter((note) => note.syndrome === of.syndrome && note.class === of.class && note.facet === of.facet && note.value === of.value);
