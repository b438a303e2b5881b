// Keepers and runs of reports in the database.
import { randomUUID } from 'node:crypto';
import type { Database, Session } from '../../database/contract.ts';
import type { Format } from './contract.ts';

export interface Keeper {
  report: string;
  version: string;
  account: string;
  name: string;
  at: Date;
}

export interface RunFile {
  name: string;
  type: Format;
  bytes: number;
}

export interface Run {
  id: string;
  report: string;
  due: Date;
  byHand: boolean;
  account: string;
  name: string;
  state: 'waiting' | 'done' | 'failed';
  outcome: string | null;
  summary: boolean;
  journals: string[];
  files: RunFile[];
  job: string | null;
  asked: Date;
  ended: Date | null;
}

type RunRow = Omit<Run, 'byHand' | 'files'> & { by_hand: boolean; files: string };
const columns = 'id, report, due, by_hand, account, name, state, outcome, summary, journals, files, job, asked, ended';
const runOf = ({ by_hand, files, ...row }: RunRow): Run => ({ ...row, byHand: by_hand, files: JSON.parse(files) as RunFile[] });

export interface NewRun {
  report: string;
  due: Date;
  byHand: boolean;
  account: string;
  name: string;
  asked: Date;
}

export class Runs {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async keepers(): Promise<Map<string, Keeper>> {
    const { rows } = await this.#database.query<Keeper>({ text: 'select report, version, account, name, at from report_keeper' });
    return new Map(rows.map((row) => [row.report, row]));
  }

  async keep({ report, version, account, name, at }: Keeper): Promise<void> {
    await this.#database.query({
      text: `insert into report_keeper (report, version, account, name, at) values ($1, $2, $3, $4, $5)
on conflict (report) do update set version = $2, account = $3, name = $4, at = $5`,
      values: [report, version, account, name, at],
    });
  }

  /** Its keeper and all of its runs; whose files are to go. */
  async forget(report: string): Promise<Run[]> {
    await this.#database.query({ text: 'delete from report_keeper where report = $1', values: [report] });
    const { rows } = await this.#database.query<RunRow>({
      text: `delete from report_run where report = $1 returning ${columns}`,
      values: [report],
    });
    return rows.map(runOf);
  }

  /** Undefined where that time has its run already. */
  async begin({ report, due, byHand, account, name, asked }: NewRun): Promise<Run | undefined> {
    const { rows } = await this.#database.query<RunRow>({
      text: `insert into report_run (id, report, due, by_hand, account, name, asked) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (report, due) do nothing returning ${columns}`,
      values: [randomUUID(), report, due, byHand, account, name, asked],
    });
    return rows[0] && runOf(rows[0]);
  }

  /** False where another has asked for its job meanwhile. */
  async given(id: string, job: string, before: string | null): Promise<boolean> {
    const { rowCount } = await this.#database.query({
      text: 'update report_run set job = $2 where id = $1 and job is not distinct from $3',
      values: [id, job, before],
    });
    return rowCount === 1;
  }

  async get(id: string): Promise<Run | undefined> {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
    return (await this.#list('where id = $1', [id]))[0];
  }
  /** Newest first. */
  of = (report: string): Promise<Run[]> => this.#list('where report = $1 order by due desc limit 1000', [report]);
  waiting = (): Promise<Run[]> => this.#list(`where state = 'waiting' order by asked limit 1000`, []);

  /** The newest of each report. */
  async last(): Promise<Map<string, Run>> {
    const { rows } = await this.#database.query<RunRow>({
      text: `select distinct on (report) ${columns} from report_run order by report, due desc`,
    });
    return new Map(rows.map((row) => [row.report, runOf(row)]));
  }

  /** Within the transaction that also ends its job. False where it has ended before. */
  async end(
    session: Session,
    id: string,
    end: {
      state: 'done' | 'failed';
      outcome: string;
      at: Date;
      summary?: boolean;
      journals?: readonly string[];
      files?: readonly RunFile[];
    },
  ): Promise<boolean> {
    const { rowCount } = await session.query({
      text: `update report_run set state = $2, outcome = $3, ended = $4, summary = $5, files = $6, journals = $7 where id = $1 and state = 'waiting'`,
      values: [id, end.state, end.outcome, end.at, end.summary === true, JSON.stringify(end.files ?? []), end.journals ?? []],
    });
    return rowCount === 1;
  }

  /** Beyond the newest `keep`; whose files are to go. Never one that waits, nor the last due one: by it is known that it was made. */
  async beyond(report: string, keep: number): Promise<Run[]> {
    const { rows } = await this.#database.query<RunRow>({
      text: `delete from report_run where id in (select id from report_run where report = $1 order by due desc offset $2) and state <> 'waiting'
and (by_hand or due < (select max(due) from report_run where report = $1 and not by_hand))
returning ${columns}`,
      values: [report, keep],
    });
    return rows.map(runOf);
  }

  async #list(where: string, values: unknown[]): Promise<Run[]> {
    const { rows } = await this.#database.query<RunRow>({ text: `select ${columns} from report_run ${where}`, values });
    return rows.map(runOf);
  }
}
