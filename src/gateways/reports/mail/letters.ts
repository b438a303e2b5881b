// Messages in the database. One is claimed before it is sent, and whoever claimed it says what became of it: among several processes, and after a crash,
// none is sent twice.
import { randomUUID } from 'node:crypto';
import type { Database, Session } from '../../../database/contract.ts';
import type { Letter, LetterState, NewLetter } from './contract.ts';

const columns = `m.id, m.run, m.address, m.title, m.period, m.file, m.without, m.state, m.tries, m.says, m.at, r.report, r.account, r.name, coalesce(m.wanted, r.ended) as wanted`;

export class Letters {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Within the transaction that ends the run. */
  async write(session: Session, letters: readonly NewLetter[], at: Date): Promise<void> {
    for (const { run, address, title, period, file, without, refused } of letters)
      await session.query({
        text: `insert into report_mail (id, run, address, title, period, file, without, state, says, at, next)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict (run, address) do nothing`,
        values: [
          randomUUID(),
          run,
          address,
          title,
          period,
          file,
          without,
          refused === undefined ? 'waiting' : 'refused',
          refused ?? null,
          at,
        ],
      });
  }

  /** The next that is due, which nobody else has then. */
  async claim(now: Date): Promise<Letter | undefined> {
    const { rows } = await this.#database.query<Letter>({
      text: `update report_mail m set state = 'sending', tries = m.tries + 1, at = $1 from report_run r
where r.id = m.run and m.id = (select id from report_mail where state = 'waiting' and next <= $1 order by next limit 1 for update skip locked)
returning ${columns}`,
      values: [now],
    });
    return rows[0];
  }

  /** Only of one that was claimed. `next`: it waits until then. */
  async end(id: string, state: LetterState, says: string | null, at: Date, next: Date = at): Promise<void> {
    await this.#database.query({
      text: `update report_mail set state = $2, says = $3, at = $4, next = $5 where id = $1 and state = 'sending'`,
      values: [id, state, says, at, next],
    });
  }

  /** Claimed before then, and nobody has said what became of it: whoever had it is gone. */
  async lost(before: Date, says: string, now: Date): Promise<Letter[]> {
    const { rows } = await this.#database.query<Letter>({
      text: `update report_mail m set state = 'unknown', says = $2, at = $3 from report_run r
where r.id = m.run and m.state = 'sending' and m.at < $1 returning ${columns}`,
      values: [before, says, now],
    });
    return rows;
  }

  /** One whose fate is not known, or that was not taken in time, as a person wants: with all its tries. False: there is none such. */
  async again(of: { report: string; run: string; address: string }, now: Date): Promise<boolean> {
    const { rows } = await this.#database.query({
      text: `update report_mail m set state = 'waiting', tries = 0, says = null, at = $4, next = $4, wanted = $4 from report_run r
where r.id = m.run and r.report = $1 and r.id::text = $2 and m.address = $3 and m.state in ('unknown', 'failed') returning m.id`,
      values: [of.report, of.run, of.address, now],
    });
    return rows.length > 0;
  }

  /** Of the newest runs of a report. */
  async of(report: string): Promise<Letter[]> {
    const { rows } = await this.#database.query<Letter>({
      text: `select ${columns} from report_mail m join report_run r on r.id = m.run where r.report = $1 order by r.due desc, m.address limit 1000`,
      values: [report],
    });
    return rows;
  }
}
