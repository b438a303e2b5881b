// Messages of reports against a real SMTP server: delivered, refused, put off, cut off, without encryption; once each, whatever breaks.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../../database/testing.ts';
import type { Caller } from '../../../record/contract.ts';
import type { Making } from '../make.ts';
import { readReport } from '../report-file.ts';
import { Runs } from '../runs.ts';
import { reportMigrations } from '../schema.ts';
import type { Letter, MailServer } from './contract.ts';
import { handOver } from './hand-over.ts';
import { Letters } from './letters.ts';
import { type PostmanParts, sendDue, watchMail } from './postman.ts';
import { lettersOf } from './tell.ts';
import { type Mailbox, openMailbox } from './testing.ts';

let database: TestDatabase;
let folder: string;
let now: Date;
let noted: string[];
const closing: (() => Promise<unknown>)[] = [];
const none = new AbortController().signal;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.db, reportMigrations);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.query({ text: 'truncate report_run, report_keeper cascade' });
  folder = mkdtempSync(join(tmpdir(), 'lamplight-mail-'));
  now = new Date('2026-03-30T06:00:10Z');
  noted = [];
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true });
});

async function mailbox(options?: Parameters<typeof openMailbox>[0]): Promise<Mailbox> {
  const opened = await openMailbox(options);
  closing.push(opened.close);
  return opened;
}

/** One that says what the test says it says: to each beginning of a line an answer, or the end of the connection. */
async function scripted(answers: Readonly<Record<string, string | null>>): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.write('220 here\r\n');
    socket.on('data', (data) => {
      const line = data.toString('latin1');
      const [, answer] = Object.entries(answers).find(([begin]) => line.startsWith(begin)) ?? ['', '250 fine'];
      if (answer === null) socket.destroy();
      else socket.write(`${answer}\r\n`);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  return (server.address() as { port: number }).port;
}

const serverAt = (port: number, more: Partial<MailServer> = {}): MailServer => ({
  host: '127.0.0.1',
  port,
  tls: 'starttls',
  from: 'lamplight@hospital.example',
  domains: [],
  publicUrl: 'https://lamplight.hospital.example/',
  ...more,
});
const partsOf = (mail: MailServer): PostmanParts => ({
  mail,
  database: database.db,
  root: folder,
  now: () => now,
  record: {
    note: async (_: Caller, action: string, { outcome, query }: { outcome: number; query?: string }) =>
      void noted.push(`${action} ${outcome} ${query}`),
  },
});

const making = (more: Partial<Making> = {}): Making => ({
  summary: true,
  journals: [],
  problems: 0,
  made: {
    title: '',
    description: '',
    by: 'anna',
    parameters: [],
    made: '',
    parts: [{ parameters: ['since: 2026-03-23', 'ward: seven'] } as never],
  },
  ...more,
});

/** A run that has ended, and whom it tells. */
async function told(mail: MailServer, wish: object, more: { title?: string; blocks?: object[]; making?: Making } = {}): Promise<void> {
  const of = more.blocks === undefined ? { question: 'arrivals' } : { blocks: more.blocks };
  const text = JSON.stringify({ title: more.title ?? 'Daily', ...of, parameters: { since: '-7d', ward: 'seven' }, mail: wish });
  const report = readReport('daily', text);
  if (!report.ok) throw new Error(report.problem.message);
  const runs = new Runs(database.db);
  const account = '01890000-0000-7000-8000-00000000000a';
  const run = await runs.begin({
    report: 'daily',
    due: new Date('2026-03-30T06:00:00Z'),
    byHand: false,
    account,
    name: 'anna',
    asked: now,
  });
  mkdirSync(join(folder, 'daily'), { recursive: true });
  writeFileSync(join(folder, 'daily', 'daily.pdf'), '%PDF-1.4 small');
  const files = [{ name: 'daily.pdf', type: 'pdf' as const, bytes: 14 }];
  await database.db.transaction(async (session) => {
    await runs.end(session, run!.id, { state: 'done', outcome: 'fine', at: now, files });
    await new Letters(database.db).write(
      session,
      lettersOf(mail, run!, report.value, more.making ?? making(), files, 'Europe/London'),
      now,
    );
  });
}
const letters = (): Promise<Letter[]> => new Letters(database.db).of('daily');
const states = async (): Promise<string[]> => (await letters()).map(({ address, state, says }) => `${address} ${state}: ${says}`);
const later = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
};

test('each address has a message with name, period and link, no number and no other parameter; once, whoever looks', async () => {
  const { port, messages } = await mailbox();
  const mail = serverAt(port);
  await told(mail, { to: ['ben@hospital.example', 'cleo@hospital.example'] });
  await Promise.all([sendDue(partsOf(mail), none), sendDue(partsOf(mail), none)]);
  await sendDue(partsOf(mail), none);
  expect(messages.map(({ from, to }) => [from, ...to].join(' ')).sort()).toEqual([
    'lamplight@hospital.example ben@hospital.example',
    'lamplight@hospital.example cleo@hospital.example',
  ]);
  const text = messages[0]!.text.replaceAll('=\r\n', '');
  expect(text).toContain('Subject: Report ready: Daily\r\n');
  expect(text).toContain('of 2026-03-30 07:00 (Europe/London), since 2026-03-23 is ready');
  expect(text).toContain('https://lamplight.hospital.example/app/analytics?report=3Ddaily');
  for (const no of ['seven', 'application/pdf', 'cleo@hospital.example, ']) expect(text).not.toContain(no);
  expect(await states()).toEqual([
    'ben@hospital.example sent: Taken by the mail server',
    'cleo@hospital.example sent: Taken by the mail server',
  ]);
  expect(noted.filter((row) => row.includes('ben')).sort()).toEqual([
    'report-mail 200 daily to ben@hospital.example',
    'report-mail 202 daily to ben@hospital.example',
  ]);
});

test('the PDF goes along only where it was asked for and every question gives counts', async () => {
  const { port, messages } = await mailbox();
  const mail = serverAt(port);
  const send = async (...of: Parameters<typeof told>): Promise<[boolean, string]> => {
    await database.db.query({ text: 'truncate report_run cascade' });
    await told(...of);
    await sendDue(partsOf(mail), none);
    return [messages.at(-1)!.text.includes('application/pdf'), (await letters())[0]!.says!];
  };
  const wish = { to: ['ben@hospital.example'], attach: true };
  expect(await send(mail, wish)).toEqual([true, 'Taken by the mail server']);
  const persons = await send(mail, wish, { making: making({ summary: false }) });
  expect(persons).toEqual([false, expect.stringContaining('without the PDF: not all of its questions are “summary: yes”')]);
  expect((await send(mail, wish, { making: making({ journals: ['audit'] }) }))[0]).toBe(false);
  expect((await send(mail, wish, { blocks: [{ text: 'Mrs X has it' }, { question: 'arrivals' }] }))[0]).toBe(false);
  rmSync(join(folder, 'daily'), { recursive: true });
  expect((await send(mail, { to: wish.to }))[0]).toBe(false);
});

test('a refused recipient is refused for good and holds up nobody; one that is put off comes later, and fails at last', async () => {
  let greylisted = true;
  const { port, messages } = await mailbox({
    onRcptTo({ address }, _, done) {
      const no = (code: number, words: string): void => done(Object.assign(new Error(words), { responseCode: code }));
      if (address.startsWith('nobody')) return no(550, 'No such user here');
      if (address.startsWith('grey') && greylisted) return no(451, 'Try again later');
      if (address.startsWith('never')) return no(450, 'Mailbox busy');
      done();
    },
  });
  const mail = serverAt(port);
  await told(mail, { to: ['nobody@h.example', 'grey@h.example', 'never@h.example', 'ben@h.example'] });
  await sendDue(partsOf(mail), none);
  const [ben, grey, never, nobody] = await states();
  expect(ben).toBe('ben@h.example sent: Taken by the mail server');
  expect(nobody).toMatch(/^nobody@h.example refused: The mail server refused it: .*550 No such user here/);
  expect(grey).toMatch(/^grey@h.example waiting: The mail server did not take it yet: .*451 Try again later\. It is tried again$/);
  expect(never).toContain('waiting');
  greylisted = false;
  await sendDue(partsOf(mail), none);
  expect(messages, 'not before its time').toHaveLength(1);
  for (const minutes of [1, 5, 30, 120]) {
    later(minutes);
    await sendDue(partsOf(mail), none);
  }
  expect(messages.map(({ to }) => to[0])).toEqual(['ben@h.example', 'grey@h.example']);
  expect((await states())[2]).toMatch(/^never@h.example failed: .*It was tried 5 times$/);
  later(1000);
  await sendDue(partsOf(mail), none);
  expect(messages).toHaveLength(2);
});

test('a server that is down is tried again; one that takes the message and does not answer is not asked a second time', async () => {
  const down = serverAt(1);
  await told(down, { to: ['ben@h.example'] });
  await sendDue(partsOf(down), none);
  expect((await states())[0]).toMatch(/^ben@h.example waiting: The mail server could not be reached: .*It is tried again$/);
  // It broke before the server asked for the message: it has nothing of it.
  later(1);
  await sendDue(partsOf(serverAt(await scripted({ DATA: null }))), none);
  expect((await states())[0]).toContain('waiting: The mail server could not be reached');
  later(5);
  await sendDue(
    partsOf(
      serverAt(await scripted({ DATA: '354 go on', Content: null, From: null, 'Message-ID': null, Subject: null, To: null, Auto: null })),
    ),
    none,
  );
  expect((await states())[0]).toMatch(/^ben@h.example unknown: Not known whether it was sent: the connection broke/);
  const { port, messages } = await mailbox();
  later(30);
  await sendDue(partsOf(serverAt(port)), none);
  expect(messages).toEqual([]);
  // Days later a person says that it is to be sent again.
  later(3 * 24 * 60);
  const { rows } = await database.db.query<{ run: string; report: string }>({ text: 'select m.run, r.report from report_mail m join report_run r on r.id = m.run' }); // biome-ignore format: one query
  const of = { ...rows[0]!, address: 'ben@h.example' };
  const letters = new Letters(database.db);
  expect(await letters.again({ ...of, report: 'another' }, now)).toBe(false);
  expect(await letters.again({ ...of, run: 'x' }, now)).toBe(false);
  expect(await letters.again(of, now)).toBe(true);
  expect(await letters.again(of, now), 'it waits already').toBe(false);
  await sendDue(partsOf(serverAt(port)), none);
  expect(messages.map(({ to }) => to[0])).toEqual(['ben@h.example']);
  expect((await states())[0]).toContain('sent');
  expect(await letters.again(of, now), 'it was sent').toBe(false);
});

test('after a crash in the middle nothing is sent again, and the audit trail says so; what is too old is not sent', async () => {
  const { port, messages } = await mailbox();
  const mail = serverAt(port);
  await told(mail, { to: ['ben@h.example', 'cleo@h.example'] });
  // Whoever claimed it is gone.
  expect((await new Letters(database.db).claim(now))?.state).toBe('sending');
  await sendDue(partsOf(mail), none);
  expect(messages).toHaveLength(1);
  later(11);
  await sendDue(partsOf(mail), none);
  expect(messages).toHaveLength(1);
  expect((await states()).filter((one) => one.includes(' unknown: Not known whether it was sent: the program ended'))).toHaveLength(1);
  expect(noted.filter((row) => row.startsWith('report-mail 504'))).toHaveLength(1);
  await database.db.query({ text: `update report_mail set state = 'waiting'` });
  later(25 * 60);
  await sendDue(partsOf(mail), none);
  expect(messages).toHaveLength(1);
  expect((await states())[0]).toContain('failed: Not sent: it had waited for more than a day');
});

test('a server that is not on this machine has to speak in secret, by a certificate that somebody has signed', async () => {
  // This machine by an address that is not known to be so.
  const elsewhere = (port: number): MailServer => serverAt(port, { host: '0.0.0.0' });
  const message = Buffer.from('Subject: x\r\n\r\nx');
  const plain = await scripted({ EHLO: '250 plain', STARTTLS: '502 not here' });
  expect(await handOver(elsewhere(plain), 'ben@h.example', message, none)).toMatchObject({
    outcome: 'refused',
    says: expect.stringContaining('502 not here'),
  });
  const { port, messages } = await mailbox();
  const unsigned = await handOver(elsewhere(port), 'ben@h.example', message, none);
  expect(unsigned.outcome).not.toBe('sent');
  expect(unsigned.says).toContain('certificate');
  expect(messages).toEqual([]);
});

test('STARTTLS is used where it is offered, and an account signs in; a wrong password is said without it', async () => {
  const { port, messages } = await mailbox({
    authOptional: false,
    onAuth({ username, password }, { secure }, done) {
      if (secure && username === 'lamp' && password === 'right') done(null, { user: username });
      else done(Object.assign(new Error('Invalid account'), { responseCode: 535 }));
    },
  });
  const message = Buffer.from('Subject: x\r\n\r\nx');
  expect(await handOver(serverAt(port, { user: 'lamp', password: 'right' }), 'ben@h.example', message, none)).toMatchObject({
    outcome: 'sent',
  });
  expect(messages).toHaveLength(1);
  const wrong = await handOver(serverAt(port, { user: 'lamp', password: 'se-cret' }), 'ben@h.example', message, none);
  expect(wrong).toMatchObject({ outcome: 'refused', says: expect.stringContaining('535') });
  expect(wrong.says).not.toContain('se-cret');
});

test('a hostile title stays a title, and hostile addresses are refused', async () => {
  const { port, messages } = await mailbox();
  const mail = serverAt(port);
  await told(mail, { to: ['ben@h.example'] }, { title: 'Daily\r\nBcc: eve@evil.example\r\n\r\n<script>\u2028 ä' });
  await sendDue(partsOf(mail), none);
  const [head] = messages[0]!.text.split('\r\n\r\n');
  expect(head).not.toMatch(/^Bcc:/m);
  expect(messages[0]!.to).toEqual(['ben@h.example']);
  for (const address of [
    'a@b\r\nRCPT TO:<eve@evil.example>',
    'a@b,c@d',
    '<a@b>',
    'a b@c',
    'a@b@c',
    '"a"@b',
    'a@-b',
    'ä@b',
    '',
    'a@',
    '@b',
    `${'a'.repeat(65)}@b`,
    7,
  ])
    expect(readReport('x', JSON.stringify({ title: 'x', question: 'q', mail: { to: [address] } })), String(address)).toMatchObject({
      ok: false,
    });
  const many = Array.from({ length: 21 }, (_, i) => `a${i}@b.example`);
  for (const wish of [
    {},
    { to: [] },
    { to: many },
    { to: ['a@b', 'A@B'] },
    { to: ['a@b'], attach: 'yes' },
    { to: ['a@b'], cc: ['c@d'] },
    ['a@b'],
    null,
  ])
    expect(readReport('x', JSON.stringify({ title: 'x', question: 'q', mail: wish })), JSON.stringify(wish)).toMatchObject({ ok: false });
});

test('nothing goes beyond the domains of the site', async () => {
  const { port, messages } = await mailbox();
  const mail = serverAt(port, { domains: ['hospital.example'] });
  await told(mail, { to: ['ben@Hospital.example', 'eve@evil.example', 'eve@x.hospital.example'] });
  await sendDue(partsOf(mail), none);
  expect(messages.map(({ to }) => to[0]!.toLowerCase())).toEqual(['ben@hospital.example']);
  expect((await states()).filter((one) => one.includes('refused: Not sent: '))).toHaveLength(2);
});

test('a stop breaks off what is on its way, and it is sent at the next start', async () => {
  const silent = serverAt(await scripted({ EHLO: '' }));
  await told(silent, { to: ['ben@h.example'] });
  const failed: unknown[] = [];
  const watch = watchMail(partsOf(silent), (error) => failed.push(error));
  await expect.poll(async () => (await letters())[0]!.state).toBe('sending');
  await watch.stop();
  expect([failed, (await states())[0]]).toEqual([
    [],
    expect.stringContaining('waiting: The mail server could not be reached: the program was stopped'),
  ]);
  const { port, messages } = await mailbox();
  later(1);
  await sendDue(partsOf(serverAt(port)), none);
  expect(messages).toHaveLength(1);
});
