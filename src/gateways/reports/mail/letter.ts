// What a message says. No number of the report, and of its parameters only days: a message is read by whoever handles e-mail.
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Made, Report } from '../contract.ts';
import { domainOf } from './addresses.ts';
import type { Letter, MailServer } from './contract.ts';

const day = /^(today|-\d{1,5}[dmy]|\d{4}-\d{2}-\d{2})$/;

/** `of 2026-03-30 07:00 (Europe/London), since 2026-03-23`. */
export function periodOf(report: Pick<Report, 'parameters'>, made: Made, due: string, timeZone: string): string {
  const days = Object.entries(report.parameters)
    .filter(([, value]) => day.test(value))
    .map(([name]) => name);
  const asked = made.parts.flatMap((part) => ('parameters' in part ? part.parameters : []));
  const told = days.flatMap((name) => asked.find((one) => one.startsWith(`${name}: `))?.replace(': ', ' ') ?? []);
  return [`of ${due} (${timeZone})`, ...told].join(', ');
}

export const linkTo = ({ publicUrl }: Pick<MailServer, 'publicUrl'>, report: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/app/analytics?report=${encodeURIComponent(report)}`;

/** In one line, whatever the title holds: a header ends where a line does. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

export function compose(server: MailServer, letter: Letter, pdf: Buffer | undefined, now: Date): Promise<Buffer> {
  const title = oneLine(letter.title);
  const text = [
    `The report “${title}” ${letter.period} is ready.`,
    '',
    linkTo(server, letter.report),
    '',
    pdf === undefined ? 'The link asks you to sign in.' : 'It is attached. The link asks you to sign in.',
    '',
    `You have this message because ${oneLine(letter.name)}, who keeps the report, has named your address in it.`,
    '',
  ].join('\n');
  const mail = new MailComposer({
    from: { name: 'Lamplight', address: server.from },
    to: letter.address,
    subject: `Report ready: ${title}`,
    text,
    date: now,
    messageId: `<${letter.id}@${domainOf(server.from)}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    // What a report holds is never an address or a path to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(pdf === undefined || letter.file === null
      ? {}
      : { attachments: [{ filename: letter.file, content: pdf, contentType: 'application/pdf' }] }),
  });
  return mail.compile().build();
}
