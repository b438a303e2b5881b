// The knowledge with one more file, read and held to the schema by a thread of its own: it takes half a second, and meanwhile
// somebody waits for a check. It hands its rows over in pieces that are asked for one by one, since taking them holds the loop too.
// Where the sources run as they are written it is read at once.
import { setImmediate as turn } from 'node:timers/promises';
import { isMainThread, parentPort, Worker as Thread, workerData } from 'node:worker_threads';
import { fail, type Problem, type Result } from '../fhir/result.ts';
import { KnowledgeBase, type Rule } from '../modules/medication-safety/knowledge/base.ts';
import type { Kind } from '../modules/medication-safety/knowledge/contract.ts';
import { loadMedicationKnowledge } from './medication-knowledge.ts';

interface Plan {
  medicationKnowledge: readonly string[];
  file: unknown;
}
type Piece = { kind: Kind; rows: Rule<Kind>[] } | { version: string } | { problem: Problem };
type Rules = ConstructorParameters<typeof KnowledgeBase>[1];

/** Rows of a piece: taken in about 5 ms. */
const pieceRows = 200;

export async function medicationKnowledgeWith(folders: readonly string[], file: unknown): Promise<Result<KnowledgeBase>> {
  if (!import.meta.url.endsWith('.js')) return loadMedicationKnowledge(folders, file);
  const plan: Plan = { medicationKnowledge: folders, file };
  const thread = new Thread(new URL(import.meta.url), { workerData: plan });
  const next = (): Promise<Piece> =>
    new Promise((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => resolve({ problem: fail('busy', 'The file could not be read').problem }));
      thread.postMessage('next');
    });
  try {
    const rules: Partial<Record<Kind, Rule<Kind>[]>> = {};
    for (;;) {
      const piece = await next();
      thread.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit');
      if ('problem' in piece) return { ok: false, problem: piece.problem };
      await turn();
      if ('version' in piece) return { ok: true, value: new KnowledgeBase([piece], rules as Rules) };
      const held = rules[piece.kind];
      if (held === undefined) rules[piece.kind] = piece.rows;
      else held.push(...piece.rows);
    }
  } finally {
    await thread.terminate();
  }
}

function* piecesOf(base: Result<KnowledgeBase>): Generator<Piece> {
  if (!base.ok) return yield { problem: base.problem };
  for (const [kind, rows] of Object.entries(base.value.everything()) as [Kind, Rule<Kind>[]][])
    for (let from = 0; from === 0 || from < rows.length; from += pieceRows) yield { kind, rows: rows.slice(from, from + pieceRows) };
  yield { version: base.value.version };
}

const isPlan = (data: unknown): data is Plan => typeof data === 'object' && data !== null && 'medicationKnowledge' in data;

if (!isMainThread && isPlan(workerData)) {
  const { medicationKnowledge, file } = workerData;
  const pieces = loadMedicationKnowledge(medicationKnowledge, file).then(piecesOf);
  parentPort!.on('message', async () => {
    const piece = (await pieces).next();
    if (piece.done !== true) parentPort!.postMessage(piece.value);
  });
}
