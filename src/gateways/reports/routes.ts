// Reports over HTTP: which there are, when they are due and what became of them, kept for everybody, made at once, their files; and
// dashboards and questions as PDF. Who may keep one and have its files: src/policy/analytics.ts.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { Jobs } from '../../jobs/contract.ts';
import { decideKeeping, decideReportFile } from '../../policy/analytics.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import type { Kept } from '../questions/contract.ts';
import type { Shelf } from '../questions/shelf.ts';
import { readAddressWish, readKeepWish } from '../questions/wish.ts';
import type { KeptReport, ReportList, ShownLetter, ShownReport, ShownRun, WholeReport } from './answers.ts';
import { begin } from './clock.ts';
import type { Report } from './contract.ts';
import { readRunFile, removeRunFiles } from './files.ts';
import { domainOf, isAddress, mayGoTo } from './mail/addresses.ts';
import type { Letter, MailServer } from './mail/contract.ts';
import { Letters } from './mail/letters.ts';
import { type MakingParts, makeReport } from './make.ts';
import { reportPdf } from './pdf/report-pdf.ts';
import { readReport } from './report-file.ts';
import { type Keeper, type Run, Runs } from './runs.ts';
import { nextDue } from './schedule.ts';

export interface ReportParts extends MakingParts {
  reports: Shelf<Report>;
  database: Database;
  jobs: Jobs;
  record: Pick<RecordStore, 'note'>;
  /** Absent where no e-mail is sent. */
  mail?: MailServer;
  /** Folder of the files. */
  root: string;
}

/** Wrong and too costly are here what is asked, not how it was sent. */
const statuses: Statuses = { 'too-costly': 422, invalid: 422, unsupported: 400 };
const types: Readonly<Record<string, string>> = { pdf: 'application/pdf', csv: 'text/csv; charset=utf-8' };
const missing = (): Problem => fail('not-found', 'There is no report of that name').problem;

export function reportRoutes(app: FastifyInstance, parts: ReportParts): void {
  const { reports, database, record, root, now, timeZone } = parts;
  const runs = new Runs(database);

  const shown = ({ text: _text, value, ...kept }: Kept<Report>, keeper: Keeper | undefined): ShownReport => ({
    ...kept,
    ...value,
    keeper: keeper === undefined ? null : { name: keeper.name, at: keeper.at.toISOString(), current: keeper.version === kept.version },
    next: value?.schedule !== undefined && keeper?.version === kept.version ? nextDue(value.schedule, now(), timeZone).toISOString() : null,
  });
  const mayHave = (caller: Caller, run: Run): boolean => decideReportFile(caller.person, caller.purpose, run).allowed;
  const shownRun = (caller: Caller, run: Run): ShownRun => {
    const { id, due, byHand, name, state, outcome, files, ended } = run;
    const [at, until] = [due.toISOString(), ended?.toISOString() ?? null];
    return { id, due: at, byHand, by: name, state, outcome, files, ended: until, open: mayHave(caller, run) };
  };

  app.get('/analytics/reports', { config: { name: 'report-list' } }, async (request, reply) => {
    const [keepers, last] = [await runs.keepers(), await runs.last()];
    const all = (await reports.list()).map((kept) => {
      const run = last.get(kept.name);
      return { ...shown(kept, keepers.get(kept.name)), last: run === undefined ? null : shownRun(request.caller!, run) };
    });
    return send(reply, { reports: all, timeZone, mailed: parts.mail !== undefined } satisfies ReportList);
  });

  app.get('/analytics/reports/:name', { config: { name: 'report' } }, async (request, reply) => {
    const kept = await reports.get(nameOf(request));
    if (kept === undefined) return no(request, reply, missing());
    const [keepers, all] = [await runs.keepers(), await runs.of(kept.name)];
    const letters = await new Letters(database).of(kept.name);
    return send(reply, {
      ...shown(kept, keepers.get(kept.name)),
      text: kept.text,
      timeZone,
      mailed: parts.mail !== undefined,
      runs: all.map((run) => ({ ...shownRun(request.caller!, run), mail: letters.filter((one) => one.run === run.id).map(shownLetter) })),
    } satisfies WholeReport);
  });

  app.put('/analytics/reports/:name', { config: { name: 'report-keep' } }, async (request, reply) => {
    const wish = await readKeepWish(request);
    if (!wish.ok) return no(request, reply, wish.problem);
    const { person } = request.caller!;
    const name = nameOf(request);
    const decision = decideKeeping(person, { summary: false });
    const stray = strayIn(parts.mail, name, wish.value.text);
    const done: Result<Kept<Report>> = !decision.allowed
      ? fail('forbidden', decision.why)
      : stray !== undefined
        ? fail(
            'invalid',
            `${domainOf(stray)} is none of the domains to which this site sends e-mail: ${parts.mail?.domains.join(', ')}`,
            'mail',
          )
        : await reports.put(name, wish.value.text, wish.value.version);
    const keeper = done.ok ? { report: name, version: done.value.version, account: person.id, name: person.name, at: now() } : undefined;
    // Only then: a text that is not the one that was kept runs with nobody's rights.
    if (keeper !== undefined) await runs.keep(keeper);
    await record.note(request.caller!, 'report-keep', { outcome: outcomeOf(done), query: named(name) });
    if (!done.ok) return no(request, reply, done.problem);
    return send(reply.code(wish.value.version === undefined ? 201 : 200), {
      ...shown(done.value, keeper),
      text: wish.value.text,
    } satisfies KeptReport);
  });

  app.delete('/analytics/reports/:name', { config: { name: 'report-remove' } }, async (request, reply) => {
    const name = nameOf(request);
    const version = new URL(request.raw.url ?? '', 'http://here').searchParams.get('version') ?? '';
    const decision = decideKeeping(request.caller!.person, { summary: false });
    const done: Result<void> = decision.allowed ? await reports.remove(name, version) : fail('forbidden', decision.why);
    if (done.ok) for (const run of await runs.forget(name)) await removeRunFiles(root, name, run.files);
    await record.note(request.caller!, 'report-remove', { outcome: outcomeOf(done), query: named(name) });
    return done.ok ? reply.code(204).send() : no(request, reply, done.problem);
  });

  app.post('/analytics/reports/:name/run', { config: { name: 'report-run' } }, async (request, reply) => {
    const caller = request.caller!;
    const decision = decideKeeping(caller.person, { summary: false });
    const run = decision.allowed ? await runNow(parts, caller, nameOf(request)) : fail('forbidden', decision.why);
    await record.note(caller, 'report-ask', { outcome: run.ok ? 202 : outcomeOf(run), query: named(nameOf(request)) });
    return run.ok ? send(reply.code(202), shownRun(caller, run.value)) : no(request, reply, run.problem);
  });

  app.post('/analytics/reports/:name/runs/:run/mail', { config: { name: 'report-mail-again' } }, async (request, reply) => {
    const { name, run } = request.params as { name: string; run: string };
    const wish = await readAddressWish(request);
    if (!wish.ok) return no(request, reply, wish.problem);
    const { person } = request.caller!;
    const decision = decideKeeping(person, { summary: false });
    const done: Result<void> = !decision.allowed
      ? fail('forbidden', decision.why)
      : parts.mail === undefined
        ? fail('unsupported', 'This site sends no e-mail: LAMPLIGHT_MAIL_HOST is not set')
        : !isAddress(wish.value)
          ? fail('invalid', 'address is one e-mail address, such as anna@example.org', 'address')
          : !mayGoTo(wish.value, parts.mail.domains)
            ? fail('invalid', `${domainOf(wish.value)} is none of the domains of LAMPLIGHT_MAIL_DOMAINS`, 'address')
            : // What no run has for its name may hold what the database takes in no text.
              (await runs.get(run))?.report === name &&
                (await new Letters(database).again({ report: name, run, address: wish.value }, now()))
              ? ok(undefined)
              : fail('not-found', 'No message of this run to that address has failed, or is not known to have been sent', 'address');
    await record.note(request.caller!, 'report-mail-again', {
      outcome: done.ok ? 202 : outcomeOf(done),
      query: named(`${name} to ${wish.value}`),
    });
    return done.ok ? send(reply.code(202), { address: wish.value, state: 'waiting' }) : no(request, reply, done.problem);
  });

  app.get('/analytics/reports/:name/runs/:run/:file', { config: { name: 'report-file' } }, async (request, reply) => {
    const { name, run: id, file } = request.params as { name: string; run: string; file: string };
    const caller = request.caller!;
    const run = await runs.get(id);
    const entry = run?.report === name ? run.files.find((one) => one.name === file) : undefined;
    // Who may have none learns not which there are.
    const decision = decideReportFile(caller.person, caller.purpose, { summary: run?.summary ?? true, journals: run?.journals ?? [] });
    const found = entry === undefined ? undefined : await readRunFile(root, name, entry.name);
    const done: Result<void> = !decision.allowed
      ? fail('forbidden', decision.why)
      : found === undefined
        ? fail('not-found', 'There is no such file of the report; old ones are removed')
        : ok(undefined);
    await record.note(caller, 'report-file', { outcome: outcomeOf(done), query: named(`${name} ${file}`) });
    if (!done.ok) return no(request, reply, done.problem);
    return reply
      .type(types[entry!.type]!)
      .header('content-disposition', `attachment; filename="${entry!.name}"`)
      .header('content-length', found!.bytes)
      .send(found!.read());
  });

  const atOnce =
    (kind: 'dashboard' | 'question') =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const name = nameOf(request);
      const made = await pdfOf(parts, request, reply, kind, name);
      await record.note(request.caller!, 'report-pdf', { outcome: outcomeOf(made), query: named(`${kind} ${name}`) });
      return made.ok
        ? reply.type('application/pdf').header('content-disposition', `attachment; filename="${name}.pdf"`).send(made.value)
        : no(request, reply, made.problem);
    };
  app.get('/analytics/dashboards/:name/pdf', { config: { name: 'dashboard-pdf' } }, atOnce('dashboard'));
  app.get('/analytics/questions/:name/pdf', { config: { name: 'question-pdf' } }, atOnce('question'));
}

const shownLetter = ({ address, state, says, at }: Letter): ShownLetter => ({ address, state, says, at: at.toISOString() });

/** An address of a text that is to be kept, to which nothing would be sent. What else is wrong with the text is said when it is put. */
function strayIn(mail: MailServer | undefined, name: string, text: string): string | undefined {
  const read = mail === undefined ? undefined : readReport(name, text);
  return read?.ok === true ? read.value.mail?.to.find((address) => !mayGoTo(address, mail!.domains)) : undefined;
}

/** One at a moment, however often somebody clicks. */
async function runNow(parts: ReportParts, { person }: Caller, name: string): Promise<Result<Run>> {
  const { reports, now, database } = parts;
  const kept = await reports.get(name);
  if (kept === undefined) return { ok: false, problem: missing() };
  if (kept.value === undefined) return fail('invalid', `The file of the report has a mistake: ${kept.problem}`);
  const waits = (await new Runs(database).of(name)).find(({ state, byHand }) => state === 'waiting' && byHand);
  if (waits !== undefined) return fail('conflict', 'It is being made: look at it again in a moment');
  const at = now();
  return begin(parts, { report: name, due: at, byHand: true, account: person.id, name: person.name, asked: at });
}

async function pdfOf(
  parts: ReportParts,
  request: FastifyRequest,
  reply: FastifyReply,
  kind: 'dashboard' | 'question',
  name: string,
): Promise<Result<Buffer>> {
  const kept = await parts[`${kind}s`].get(name);
  if (kept === undefined) return fail('not-found', `There is no ${kind} of that name`);
  if (kept.value === undefined) return fail('invalid', `The file of this ${kind} has a mistake: ${kept.problem}`);
  const parameters: Record<string, string> = {};
  for (const [parameter, value] of new URL(request.raw.url ?? '', 'http://here').searchParams) {
    if (Object.hasOwn(parameters, parameter)) return fail('invalid', `${parameter.slice(0, 63)} is given once`);
    if (parameter === '__proto__' || value.length > 1_000)
      return fail('invalid', 'A parameter is a name with a value of at most 1,000 letters');
    parameters[parameter] = value;
  }
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const wanted = { title: kept.value.title, description: '', subject: { kind, name }, parameters };
  const making = await makeReport(parts, request.caller!, wanted, { signal: gone.signal, refusalsInPlace: true });
  return making.ok ? ok(await reportPdf(making.value.made, parts.now())) : making;
}

const send = (reply: FastifyReply, value: object): FastifyReply => reply.type('application/json').send(JSON.stringify(value));
/** Of an address: may hold anything. */
const named = (name: string): string => name.replaceAll(/[\0\p{Surrogate}]/gu, '').slice(0, 200);
const nameOf = (request: FastifyRequest): string => (request.params as { name: string }).name;
const outcomeOf = (done: Result<unknown>): number => (done.ok ? 200 : statusOf(done.problem, statuses));
const no = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply =>
  refuse(request, reply, problem, statusOf(problem, statuses));
