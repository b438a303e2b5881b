// How the program is run, for administrators: settings without their secrets, jobs, releases of terminology, the last backup.
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../database/contract.ts';
import type { Questionnaire } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Job, Jobs } from '../../jobs/contract.ts';
import type { People } from '../../people/contract.ts';
import type { RecordStore } from '../../record/contract.ts';
import type { Release } from '../../terminology/contract.ts';
import { listReleases, putIntoUse } from '../../terminology/releases.ts';
import { admit, always } from './admit.ts';
import type { ShownBackup, ShownJob, ShownRelease, ShownSetting } from './answers.ts';

export interface AdministrationParts {
  database: Database;
  record: Pick<RecordStore, 'note'>;
  jobs: Pick<Jobs, 'list' | 'cancel'>;
  people: Pick<People, 'listAccounts'>;
  settings(): ShownSetting[];
  lastBackup(): ShownBackup | undefined;
  /** Of knowledge: what may be loaded into the record. */
  questionnaires: readonly Questionnaire[];
}

export function administrationRoutes(app: FastifyInstance, parts: AdministrationParts): void {
  const { database, record, jobs, people } = parts;

  app.get('/settings', { config: { name: 'settings' } }, (request, reply) =>
    admit(record, { request, reply, action: 'look', trail: 'settings' }, async () => ok(parts.settings()), {
      show: (settings) => ({ settings }),
    }),
  );

  app.get('/jobs', { config: { name: 'jobs' } }, (request, reply) => {
    const list = async (): Promise<Result<ShownJob[]>> => {
      const accounts = await people.listAccounts();
      if (!accounts.ok) return accounts;
      const names = new Map(accounts.value.map(({ id, name }) => [id, name]));
      return ok((await jobs.list()).map((job) => shownJob(job, names)));
    };
    return admit(record, { request, reply, action: 'look', trail: 'job-list' }, list, { show: (all) => ({ jobs: all }) });
  });

  app.post('/jobs/:id/cancel', { config: { name: 'job-cancel' } }, (request, reply) => {
    const { id } = request.params as { id: string };
    const cancel = async (): Promise<Result<{ id: string; state: 'cancelled' }>> =>
      (await jobs.cancel(id)) ? ok({ id, state: 'cancelled' }) : fail('not-found', 'There is no such job, or it has ended already');
    return admit(record, { request, reply, action: 'change', trail: 'job-cancel', about: id.slice(0, 40) }, cancel, {
      show: (cancelled) => cancelled,
    });
  });

  app.get('/terminology', { config: { name: 'terminology-releases' } }, (request, reply) =>
    admit(record, { request, reply, action: 'look', trail: 'terminology-list' }, () => always(listReleases(database)), {
      show: (releases) => ({ releases: releases.map(shownRelease) }),
    }),
  );

  app.post('/terminology/use', { config: { name: 'terminology-use' } }, (request, reply) => {
    const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
    const [system, version] = [query.get('system') ?? '', query.get('version') ?? ''];
    const use = async (): Promise<Result<void>> => {
      if (system === '' || version === '' || /[\p{Cc}\p{Surrogate}]/u.test(system + version))
        return fail('invalid', 'Name the release: ?system=http://loinc.org&version=2.81');
      return putIntoUse(database, system, version);
    };
    const about = `${system} ${version}`.slice(0, 300);
    return admit(record, { request, reply, action: 'change', trail: 'terminology-use', about, takes: ['system', 'version'] }, use, {
      show: () => ({ system, version }),
    });
  });

  app.get('/backups', { config: { name: 'backups' } }, (request, reply) =>
    admit(record, { request, reply, action: 'look', trail: 'backup-list' }, async () => ok(parts.lastBackup()), {
      show: (last) => (last === undefined ? {} : { last }),
    }),
  );

  app.get('/questionnaires', { config: { name: 'questionnaires' } }, (request, reply) =>
    admit(record, { request, reply, action: 'look', trail: 'questionnaire-list' }, async () => ok(parts.questionnaires), {
      show: (questionnaires) => ({ questionnaires }),
    }),
  );
}

/** Without what was asked and what came out: these may name patients. */
const shownJob = (
  { id, kind, by, state, progress, problem, asked, started, ended }: Job,
  names: ReadonlyMap<string, string>,
): ShownJob => ({
  id,
  kind,
  by: names.get(by) ?? by,
  state,
  progress,
  ...(problem === undefined ? {} : { problem: problem.message }),
  asked: asked.toISOString(),
  ...(started === undefined ? {} : { started: started.toISOString() }),
  ...(ended === undefined ? {} : { ended: ended.toISOString() }),
});

const shownRelease = ({ system, version, kind, state, inUse, size, begun, completed }: Release): ShownRelease => ({
  system,
  version,
  kind,
  state,
  inUse,
  size,
  begun: begun.toISOString(),
  ...(completed === undefined ? {} : { completed: completed.toISOString() }),
});
