// lamplight exchange reload: the running Lamplight reads the files of its channels again. It is the process that is asked, because what
// listens and sends is its own; of several processes on one database each is asked on its machine.
import type { Reloaded } from '../../exchange/renewal.ts';
import { askInstance } from '../ask-instance.ts';
import { printData, printHint, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { caller } from './exchange-open.ts';

export async function reloadChannels(settings: Settings, options: { dryRun?: boolean; json?: boolean }): Promise<number> {
  const dryRun = options.dryRun === true;
  const answer = await askInstance(settings, caller().person.name, 'POST', `/exchange/channels/reload?dry-run=${dryRun}`);
  if (!answer.ok) return printProblem(answer.problem);
  const { status, body } = answer.value;
  if (status !== 200) return wrong(refusalOf(body, status));
  const { changes, ends, problems } = JSON.parse(body) as Reloaded;
  if (problems !== undefined && options.json !== true) return wrong(problems);
  if (options.json === true) {
    await printData(body);
    return problems === undefined ? 0 : 1;
  }
  if (changes.length > 0)
    printTable(
      ['channel', dryRun ? 'would be' : 'was', 'place', 'before', 'after'],
      changes.flatMap(({ name, kind, members }) =>
        (kind === 'changed' ? members : [{ place: '', before: undefined, after: undefined }]).map(({ place, before, after }) => [
          name,
          kind,
          place,
          before ?? '',
          after ?? '',
        ]),
      ),
    );
  for (const { name, kind, waiting } of changes)
    if (kind === 'removed' && waiting > 0)
      printHint(`${waiting} messages ${dryRun ? 'would stay' : 'stay'} in ${name}: they wait until a channel of that name is there again`);
  for (const note of ends) printNote(note);
  // Whether there are any, only their machines know.
  if (changes.length > 0 && settings.databaseUrl !== undefined && !dryRun)
    printHint('other processes on this database read their files when they are asked: run this on each of their machines');
  printNote(`${changes.length} channels ${dryRun ? 'would be' : 'are'} otherwise${dryRun ? '; nothing was changed' : ''}`);
  return 0;
}

function wrong([first = 'unknown', ...also]: readonly string[]): number {
  const problem = (message: string) => ({ kind: 'invalid' as const, message });
  printProblem({ ...problem(first), also: also.map(problem) });
  printHint('nothing was changed: the channels work as they did');
  return 1;
}

function refusalOf(body: string, status: number): string[] {
  try {
    const said = JSON.parse(body) as { title?: unknown; also?: unknown };
    return [String(said.title ?? `answered ${status}`), ...(Array.isArray(said.also) ? said.also.map(String) : [])];
  } catch {
    return [`Lamplight answered ${status}`];
  }
}
