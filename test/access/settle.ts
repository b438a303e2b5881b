// The two worlds: what may not be seen is planted last, and each asker is asked before it is there and after. Whatever differs tells.
import type { Answer, Stand } from '../calls.ts';
import { between, chartOf, directory, nobodys, type Planted, plan, rounds } from './canaries.ts';
import { leaked } from './leaks.ts';
import { maySee } from './matrix.ts';
import { entriesOf } from './reads.ts';
import { type Asker, askers, may } from './roles.ts';
import { ofEveryType, questions, said } from './worlds.ts';

export interface Worlds {
  /** How many were asked before. */
  questions(): number;
  /** Asks all of them again; answers with what differs or leaks. */
  askAgain(): Promise<string[]>;
}

type Calls = Pick<Stand, 'call'>;

/** Plants all versions of these; throws where the server refuses one. */
export async function store({ call }: Calls, resources: readonly Planted[]): Promise<void> {
  for (const bundle of rounds(resources)) {
    const answer = await call('POST', '/fhir', { body: bundle });
    const refused = entriesOf(answer.json).filter((entry) => !String(entry['response']?.['status']).startsWith('20'));
    if (answer.status !== 200 || refused.length > 0) throw new Error(`not planted: ${JSON.stringify(refused[0] ?? answer.text)}`);
  }
}

/** Money and machinery: whole types that a role may not see. */
const closedTypes = ['AuditEvent', 'Coverage', 'Claim', 'Account', 'ExplanationOfBenefit'];
const closedAndNobodys = ['Subscription', 'MessageHeader'];

export async function settle(here: Calls, tokens: ReadonlyMap<string, string>): Promise<Worlds> {
  const before = new Map<string, { asker: Asker; path: string; said: string }>();
  const ask = async (asker: Asker, path: string): Promise<Answer> =>
    here.call('GET', `/fhir${path.startsWith('?') ? '' : '/'}${path}`, { token: tokens.get(asker.name)! });
  const askFirst = async (name: string, paths: (asker: Asker) => string[]): Promise<void> => {
    const asker = askers.find((one) => one.name === name)!;
    await inParts(paths(asker), async (path) => {
      before.set(`${name} ${path}`, { asker, path, said: said(await ask(asker, path)) });
    });
  };

  const own = [...directory(), ...chartOf('own')];
  // In two charts: seen by the patient from the beginning, by organisation A only where its own patient comes first.
  const shared = [...between('own', 'other'), ...between('own', 'far'), ...between('far', 'own')];
  const other = [...chartOf('other'), ...between('far', 'other')];
  const far = [...chartOf('far'), ...nobodys(), plan('Patient', [{ about: ['stray'] }], 'stray')];
  const closed = [
    ...closedTypes.map((type) => plan(type, [{ about: ['far'] }])),
    ...closedAndNobodys.map((type) => plan(type, [{ about: [] }])),
  ];

  await store(here, [...own, ...shared]);
  await askFirst('patient', () => questions([...other, ...far]));
  await store(here, other);
  await askFirst('clinician-of-a', () => questions(far));
  await askFirst('system-of-a', () => questions(far));
  await store(here, far);
  for (const name of ['pharmacist', 'system'])
    await askFirst(name, (asker) => {
      const open = closed.map(({ type }) => type).filter((type) => may(asker, 'r', type));
      const hidden = closed.filter(({ type }) => !may(asker, 'r', type));
      const told = (path: string): boolean => open.length > 0 && ofEveryType.test(path);
      return questions(hidden).filter((path) => !path.startsWith('_history') && !told(path) && !open.some((type) => path.includes(type)));
    });
  await store(here, closed);

  return {
    questions: () => before.size,
    async askAgain() {
      const different: string[] = [];
      await inParts([...before.values()], async ({ asker, path, said: then }) => {
        const answer = await ask(asker, path);
        const now = said(answer);
        if (now !== then) different.push(`${asker.name}: ${path}\n  before: ${then.slice(0, 400)}\n  after:  ${now.slice(0, 400)}`);
        const found = leaked(answer.text, path, maySee(asker));
        if (found.length > 0) different.push(`${asker.name}: ${path}: LEAK of ${found.slice(0, 3)}`);
      });
      return different;
    },
  };
}

async function inParts<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += 16) await Promise.all(all.slice(at, at + 16).map(work));
}
