// The knowledge with one more file, read and held to the schema by a thread of its own: it takes a third of a second, and meanwhile
// somebody waits for a check. Where the sources run as they are written it is read at once.
import { isMainThread, parentPort, Worker as Thread, workerData } from 'node:worker_threads';
import { fail, type Problem, type Result } from '../fhir/result.ts';
import { KnowledgeBase } from '../modules/medication-safety/knowledge/base.ts';
import { loadMedicationKnowledge } from './medication-knowledge.ts';

type Rules = ConstructorParameters<typeof KnowledgeBase>[1];
interface Plan {
  medicationKnowledge: readonly string[];
  file: unknown;
}
type Answer = { version: string; rules: Rules } | { problem: Problem };

export async function medicationKnowledgeWith(folders: readonly string[], file: unknown): Promise<Result<KnowledgeBase>> {
  if (!import.meta.url.endsWith('.js')) return loadMedicationKnowledge(folders, file);
  const plan: Plan = { medicationKnowledge: folders, file };
  const answer = await new Promise<Answer>((resolve, reject) => {
    const thread = new Thread(new URL(import.meta.url), { workerData: plan });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => resolve({ problem: fail('busy', 'The file could not be read').problem }));
  });
  if ('problem' in answer) return { ok: false, problem: answer.problem };
  return { ok: true, value: new KnowledgeBase([{ version: answer.version }], answer.rules) };
}

const isPlan = (data: unknown): data is Plan => typeof data === 'object' && data !== null && 'medicationKnowledge' in data;

if (!isMainThread && isPlan(workerData)) {
  const base = await loadMedicationKnowledge(workerData.medicationKnowledge, workerData.file);
  parentPort!.postMessage(base.ok ? { version: base.value.version, rules: base.value.everything() } : { problem: base.problem });
}
