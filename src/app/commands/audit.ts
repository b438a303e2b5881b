// lamplight audit: who has seen a chart, and what an account looked at, newest first.
import { ok, type Result } from '../../fhir/result.ts';
import type { ShownRow } from '../../gateways/audit/page.ts';
import { readTrailWish } from '../../gateways/audit/wish.ts';
import { withDestination } from '../destination/choose.ts';
import type { Destination } from '../destination/contract.ts';
import { printData, printHint, printMisuse, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';

export interface AuditOptions {
  url?: string;
  token?: string;
  patient?: string;
  account?: string;
  since?: string;
  until?: string;
  action?: string;
  outcome?: string;
  count?: string;
  all?: boolean;
  json?: boolean;
}

const asked = ['patient', 'account', 'since', 'until', 'action', 'outcome', 'count'] as const;

export async function auditCommand(settings: Settings, options: AuditOptions): Promise<number> {
  const query = new URLSearchParams();
  for (const name of asked) if (options[name] !== undefined) query.set(name, options[name]);
  const understood = readTrailWish(query.toString());
  if (!understood.ok) return printMisuse(understood.problem.message, '"lamplight audit --help" lists what can be asked');
  const done = await withDestination(settings, options, (destination) => printPages(destination, query, options));
  return done.ok ? 0 : printProblem(done.problem);
}

async function printPages(destination: Destination, query: URLSearchParams, options: AuditOptions): Promise<Result<void>> {
  const rows: ShownRow[] = [];
  for (;;) {
    const page = await destination.audit(query.toString());
    if (!page.ok) return page;
    for (const row of page.value.rows) {
      if (options.json === true) await printData(JSON.stringify(row));
      else rows.push(row);
    }
    if (page.value.next === undefined) break;
    query.set('cursor', page.value.next);
    if (options.all === true) continue;
    printHint('there is more: --all prints everything, --since and --until what was in between');
    break;
  }
  if (options.json !== true) printTable(head, rows.map(cellsOf));
  return ok(undefined);
}

const head = ['when', 'who', 'role', 'purpose', 'from', 'did', 'resource', 'patients', 'outcome', 'request'];

const cellsOf = (row: ShownRow): string[] =>
  [
    row.when,
    row.who,
    row.role,
    row.purposeText,
    row.from,
    row.actionText,
    row.query === undefined ? (row.resource ?? '') : `${row.resource ?? ''}?${row.query}`,
    `${row.patients.join(', ')}${row.morePatients === true ? ', …' : ''}`,
    row.outcomeText,
    row.request,
  ].map((cell) => cell.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, 120));
