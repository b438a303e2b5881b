// First half of a load: what a release's files say of each code, put down in the order of the files. The place that was reached
// commits with the rows, so a load that was killed goes on behind it.
import type { Database, Session } from '../../database/contract.ts';
import type { Said } from '../contract.ts';

/** Table of one load; it is dropped when the release is ready. */
export const stageOf = (release: number): string => `terminology_stage_${Math.trunc(release)}`;

const kinds = ['concept', 'display', 'property', 'parent'] as const;

/** A row: `a` to `c` hold what the kind needs, as JSON. */
export interface StagedRow {
  key: string;
  kind: number;
  said: string;
}

export const makeStage = (session: Session, release: number): Promise<unknown> =>
  session.query({
    text: `create table if not exists ${stageOf(release)} (key text collate "C" not null, seq bigint generated always as identity, kind smallint not null, said text not null)`,
  });

/** `keyOf`: what the concepts are put in order by. */
export async function stage(
  database: Database,
  release: number,
  said: readonly Said[],
  keyOf: (code: string) => string,
  checkpoint: string,
): Promise<void> {
  const keys: string[] = [];
  const numbers: number[] = [];
  const texts: string[] = [];
  for (const { code, ...rest } of said) {
    keys.push(storable(keyOf(code)));
    numbers.push(kinds.indexOf(rest.says));
    texts.push(storable(JSON.stringify({ code, ...rest })));
  }
  await database.transaction(async (session) => [
    session.query({
      text: `insert into ${stageOf(release)} (key, kind, said) select * from unnest($1::text[], $2::int2[], $3::text[])`,
      values: [keys, numbers, texts],
    }),
    session.query({ text: 'update terminology_release set checkpoint = $2 where id = $1', values: [release, checkpoint] }),
  ]);
}

export const parentKind = kinds.indexOf('parent');

/** JSON writes U+0000 as an escape, which text may hold. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
