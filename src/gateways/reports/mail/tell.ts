// Who is told of a run that has ended, and with what. The PDF goes along only where its keeper asked for it and every question of the report gives counts and
// no persons; words of one's own may hold anything, so that a brief never does.
import type { Report } from '../contract.ts';
import type { Making } from '../make.ts';
import type { Run, RunFile } from '../runs.ts';
import { localTime } from '../schedule.ts';
import { domainOf, mayGoTo } from './addresses.ts';
import type { MailServer, NewLetter } from './contract.ts';
import { periodOf } from './letter.ts';

export function lettersOf(
  { domains }: Pick<MailServer, 'domains'>,
  run: Run,
  report: Report,
  making: Making,
  files: readonly RunFile[],
  timeZone: string,
): NewLetter[] {
  if (report.mail === undefined) return [];
  const pdf = files.find(({ type }) => type === 'pdf')?.name;
  const without = report.mail.attach ? whyWithout(report, making, pdf) : null;
  const period = periodOf(report, making.made, localTime(run.due, timeZone), timeZone);
  return report.mail.to.map((address) => ({
    run: run.id,
    address,
    title: report.title,
    period,
    file: report.mail?.attach === true && without === null ? (pdf ?? null) : null,
    without,
    ...(mayGoTo(address, domains) ? {} : { refused: `Not sent: ${domainOf(address)} is none of the domains of LAMPLIGHT_MAIL_DOMAINS` }),
  }));
}

function whyWithout(report: Report, { summary, journals }: Making, pdf: string | undefined): string | null {
  if (pdf === undefined) return 'the report is not made as PDF';
  if (report.subject.kind === 'blocks') return 'a brief holds words of one’s own';
  if (journals.length > 0) return 'it tells of the audit trail or of messages';
  return summary ? null : 'not all of its questions are “summary: yes”';
}
