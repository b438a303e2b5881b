// The process of the queries: the server forks it when the first is asked. What a query does to memory, and a crash of DuckDB, stay
// here. It comes after everybody else on the machine, logs nothing, and ends when the server ends, however that ends.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fail, type Result } from '../../fhir/result.ts';
import type { Plan } from './plan.ts';
import type { FromProcess, ToProcess } from './protocol.ts';
import { openRoom, type Room } from './room.ts';
import { type Outcome, type Question, run } from './run.ts';

/** Rooms that wait with their tables known, and plans that are remembered: the newest count. */
const roomsKept = 4;
const plansKept = 16;
const niceness = 15;

const work = process.argv[2] ?? '';
const plans = new Map<string, Plan>();
const idle: Room[] = [];
const running = new Map<number, AbortController>();

const say = (message: FromProcess): void => {
  // Nobody is there any more where it fails: 'disconnect' follows.
  process.send?.(message, undefined, undefined, () => {});
};

function comeLast(): void {
  try {
    setPriority(niceness);
    // Linux keeps it for each thread, and those that work for DuckDB come from the ones that loading this has begun.
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), niceness);
  } catch {
    // This system has no priorities, or none for each thread.
  }
  try {
    // Where memory ends, Linux is to end this process first.
    writeFileSync('/proc/self/oom_score_adj', '600');
  } catch {
    // This is no Linux.
  }
}

/** A room is for one query at a time: what another one takes of its memory would be missing. */
async function roomFor(plan: Plan): Promise<Room> {
  const at = idle.findLastIndex(({ key }) => key === plan.key);
  return at < 0 ? openRoom(plan, work) : idle.splice(at, 1)[0]!;
}

function giveBack(room: Room, healthy: boolean): void {
  if (!healthy) return room.close();
  idle.push(room);
  while (idle.length > roomsKept) idle.shift()?.close();
}

async function answer(plan: Plan, question: Question, signal: AbortSignal): Promise<Result<Outcome>> {
  const room = await roomFor(plan);
  let healthy = false;
  try {
    const done = await run(room, question, signal);
    healthy = done.healthy;
    return done.result;
  } finally {
    giveBack(room, healthy);
  }
}

function hear(message: ToProcess): void {
  switch (message.kind) {
    case 'plan':
      plans.delete(message.plan.key);
      plans.set(message.plan.key, message.plan);
      if (plans.size > plansKept) plans.delete(plans.keys().next().value ?? '');
      return;
    case 'stop':
      running.get(message.id)?.abort();
      return;
    case 'run': {
      const { id, key, question } = message;
      const plan = plans.get(key);
      if (plan === undefined) return say({ kind: 'lacks', id });
      const stopping = new AbortController();
      running.set(id, stopping);
      void answer(plan, question, stopping.signal)
        // What is wrong with the room and not with the query: a full disk, a file that is gone.
        .catch((): Result<Outcome> => fail('busy', 'The tables could not be opened: try again in a moment'))
        .then((result) => {
          running.delete(id);
          say({ kind: 'done', id, result });
        });
    }
  }
}

comeLast();
mkdirSync(work, { recursive: true, mode: 0o700 });
process.umask(0o077);
// At once: whatever runs in other threads is of no use to anybody.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// A Ctrl+C at the terminal is for the server, which then ends this.
process.on('SIGINT', () => {});
process.on('message', hear);
