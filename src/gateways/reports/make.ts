// A report is answered: its questions are asked one after the other with the rights of one caller. What cannot be answered stands in
// its place with the reason, but a right that is missing ends the whole report: half of one would look like all of it.
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { suggested } from '../../methods/drawing/plotted.ts';
import type { Caller } from '../../record/contract.ts';
import { type AskingParts, askQuestion } from '../questions/asking.ts';
import type { Dashboard, Question, Tile } from '../questions/contract.ts';
import type { Shelf } from '../questions/shelf.ts';
import { isText, type Made, type MadeAnswer, type MadePart, type MadeProblem, type Report } from './contract.ts';
import { localTime } from './schedule.ts';

export interface MakingParts extends AskingParts {
  questions: Shelf<Question>;
  dashboards: Shelf<Dashboard>;
}

/** Rows beneath the chart of a question, and of a tile that is a table: paper is no place for more. */
const rowsPrinted = { question: 300, tile: 40 };

export interface Making {
  made: Made;
  /** All questions give counts and no persons. */
  summary: boolean;
  /** Journals that its questions may ask: its files are only for those who may. */
  journals: string[];
  /** Questions without an answer. */
  problems: number;
}

type Wanted = Pick<Report, 'title' | 'description' | 'subject' | 'parameters'>;

export interface MakeOptions {
  signal?: AbortSignal;
  /** Somebody looks at it now: what they may not see is said in its place, where they may see anything. */
  refusalsInPlace?: boolean;
}

export async function makeReport(parts: MakingParts, caller: Caller, report: Wanted, options: MakeOptions = {}): Promise<Result<Making>> {
  const outline = await outlineOf(parts, report);
  if (!outline.ok) return outline;
  const { blocks, description, rows } = outline.value;
  const made: MadePart[] = [];
  const used = new Set<string>();
  const journals = new Set<string>();
  let [summary, problems] = [true, 0];
  let refusal: Problem | undefined;
  for (const block of blocks) {
    if (isText(block)) {
      made.push(block);
      continue;
    }
    const kept = await parts.questions.get(block.question);
    for (const { name } of kept?.value?.parameters ?? []) used.add(name);
    if (kept?.value?.summary !== true) summary = false;
    for (const journal of kept?.value?.journals ?? []) journals.add(journal);
    const part = await answerOf(parts, caller, block, kept?.value, kept?.problem, report.parameters, rows, options.signal);
    if (!part.ok) {
      if (part.problem.kind !== 'forbidden' || options.refusalsInPlace !== true) return part;
      refusal = part.problem;
      made.push({ title: block.title ?? kept?.value?.title ?? block.question, problem: part.problem.message });
      continue;
    }
    if ('problem' in part.value) problems++;
    made.push(part.value);
  }
  if (refusal !== undefined && made.every((part) => 'problem' in part)) return { ok: false, problem: refusal };
  const stranger = Object.keys(report.parameters).find((name) => !used.has(name));
  if (stranger !== undefined) return fail('invalid', `No question of it has a parameter "${stranger.slice(0, 63)}"`, 'parameters');
  return ok({
    summary,
    journals: [...journals],
    problems,
    made: {
      title: report.title,
      description: report.description === '' ? description : report.description,
      by: caller.person.name,
      parameters: Object.entries(report.parameters).map(([name, value]) => `${name}: ${value}`),
      made: `${localTime(parts.now(), parts.timeZone)} (${parts.timeZone})`,
      parts: made,
    },
  });
}

interface Outline {
  blocks: (Tile | { heading: string; text: string })[];
  description: string;
  rows: number;
}

async function outlineOf({ questions, dashboards }: MakingParts, { subject }: Wanted): Promise<Result<Outline>> {
  if (subject.kind === 'blocks') return ok({ blocks: subject.blocks, description: '', rows: rowsPrinted.tile });
  if (subject.kind === 'question') {
    const kept = await questions.get(subject.name);
    return kept === undefined
      ? fail('not-found', `There is no question ${subject.name}`)
      : ok({
          blocks: [{ question: subject.name, width: 4, parameters: {} }],
          description: kept.value?.description ?? '',
          rows: rowsPrinted.question,
        });
  }
  const kept = await dashboards.get(subject.name);
  if (kept === undefined) return fail('not-found', `There is no dashboard ${subject.name}`);
  return kept.value === undefined
    ? fail('invalid', `The file of the dashboard ${subject.name} has a mistake: ${kept.problem}`)
    : ok({ blocks: kept.value.tiles, description: kept.value.description, rows: rowsPrinted.tile });
}

async function answerOf(
  parts: MakingParts,
  caller: Caller,
  tile: Tile,
  question: Question | undefined,
  mistake: string | undefined,
  all: Readonly<Record<string, string>>,
  rows: number,
  signal?: AbortSignal,
): Promise<Result<MadeAnswer | MadeProblem>> {
  const title = tile.title ?? question?.title ?? tile.question;
  if (question === undefined)
    return ok({
      title,
      problem: mistake === undefined ? `There is no question ${tile.question}` : `The file of its question has a mistake: ${mistake}`,
    });
  const given = Object.fromEntries(Object.entries(all).filter(([name]) => question.parameters.some((one) => one.name === name)));
  const asked = await askQuestion(parts, caller, question, { ...given, ...tile.parameters }, signal);
  if (!asked.ok) {
    // Somebody else's right, or the moment: neither is a matter of this one tile.
    if (asked.problem.kind === 'forbidden' || asked.problem.kind === 'busy' || asked.problem.kind === 'conflict') return asked;
    return ok({ title, problem: asked.problem.message });
  }
  const { answer, values } = asked.value;
  const wish = tile.chart ?? question.chart ?? suggested(answer);
  return ok({
    question: question.name,
    title,
    description: question.description,
    detail: question.detail,
    wish,
    width: tile.width,
    parameters: Object.entries(values)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}: ${value}`),
    answer,
    rows: wish.kind === 'table' ? rows : rows === rowsPrinted.question ? rows : 0,
  });
}
