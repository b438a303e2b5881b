// "I will monitor" as something that can be checked: which laboratory values the card speaks of, and which of them have come.
import type { Task, TaskInput, TaskOutput } from '../../fhir/generated/types.ts';
import { monitoredSystem } from './codes.ts';
import type { Card } from './contract.ts';
import type { KnowledgeBase } from './knowledge/base.ts';

const coding = { system: monitoredSystem, code: 'laboratory' };

/** The laboratory that the rule names, or those named in what the card advises and in what would silence it. */
export function laboratoriesToMonitor(card: Card, base: KnowledgeBase): string[] {
  if (card.monitor) return [card.monitor.laboratory];
  const text = [card.management, ...card.silencedBy].join(' ').toLowerCase();
  return base
    .all('laboratories')
    .filter(({ id, title, names }) =>
      // A drug level is meant by "digoxin level", not by the drug's name.
      [title, ...names].some((name) => name.length > 2 && isNamed(id.endsWith('-level') ? levelOf(name) : name.toLowerCase(), text)),
    )
    .map(({ id }) => id);
}

const levelOf = (name: string): string => (/level|concentration/i.test(name) ? name.toLowerCase() : `${name.toLowerCase()} level`);

/** As a word of its own. */
function isNamed(name: string, text: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!/[a-z0-9]/.test(`${text[at - 1] ?? ''}${text[at + name.length] ?? ''}`)) return true;
  return false;
}

export const awaitedInput = (laboratories: readonly string[]): TaskInput[] =>
  laboratories.map((valueString) => ({ type: { coding: [coding] }, valueString }));

const isOurs = ({ type }: TaskInput | TaskOutput): boolean => type.coding?.some(({ system }) => system === monitoredSystem) ?? false;

/** The Task with what came; completed with the last of what it waits for. undefined: it does not wait for this. */
export function withResult(task: Task, laboratories: readonly string[], reference: string): Task | undefined {
  const awaited = (task.input ?? []).filter(isOurs).map(({ valueString }) => valueString);
  const here = (task.output ?? []).filter(isOurs).map(({ type }) => type.text);
  const come = awaited.filter((each) => each !== undefined && laboratories.includes(each) && !here.includes(each));
  if (come.length === 0) return undefined;
  const { meta: _, ...rest } = task;
  return {
    ...rest,
    status: awaited.every((each) => here.includes(each) || come.includes(each)) ? 'completed' : task.status,
    output: [...(task.output ?? []), ...come.map((each) => ({ type: { coding: [coding], text: each! }, valueReference: { reference } }))],
  };
}
