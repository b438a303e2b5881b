// A report as text: JSON that names a dashboard or a question, or holds blocks, with values of parameters, when it is due and as what.
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { readTile } from '../questions/dashboard-file.ts';
import { namePattern, textLongest } from '../questions/question-file.ts';
import { type Block, type Format, formats, type Report, type Subject } from './contract.ts';
import { readMailWish } from './mail/addresses.ts';
import { type Schedule, weekdays } from './schedule.ts';

const known = ['title', 'description', 'dashboard', 'question', 'blocks', 'parameters', 'schedule', 'formats', 'keep', 'mail'];
const blocksMost = 60;
const keepUsual = 30;

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWords = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length <= longest && !/[\0\p{Surrogate}]/u.test(value);
const strangerIn = (members: Members, names: readonly string[]): string | undefined =>
  Object.keys(members).find((one) => !names.includes(one));
const wholeOf = (value: unknown): number => (typeof value === 'string' ? Number.NaN : Number(String(value)));

export function readReport(name: string, text: string): Result<Report> {
  if (!namePattern.test(name)) return fail('invalid', 'A name has small letters, digits and -, at most 80', 'name');
  if (text.length > textLongest) return fail('too-costly', `A report has at most ${textLongest.toLocaleString('en')} characters`);
  const json = readJsonNow(text, { maxDepth: 7 });
  if (!json.ok) return json;
  const members: unknown = json.value;
  if (!isMembers(members)) return fail('invalid', `A report is a JSON object with ${known.join(', ')}`);
  const stranger = strangerIn(members, known);
  if (stranger !== undefined) return fail('invalid', `"${stranger.slice(0, 40)}" is not understood: ${known.join(', ')} are`);
  const { title, description = '', parameters = {}, keep = keepUsual } = members;
  if (!isWords(title, 200) || title.trim() === '') return fail('invalid', 'A report needs a title of at most 200 letters', 'title');
  if (!isWords(description, 2_000)) return fail('invalid', 'description is a text of at most 2,000 letters', 'description');
  if (!isMembers(parameters) || !Object.values(parameters).every((one) => isWords(one, 1_000)))
    return fail('invalid', 'parameters are texts by name: { "since": "-7d" }', 'parameters');
  const kept = wholeOf(keep);
  if (!Number.isInteger(kept) || kept < 1 || kept > 1_000)
    return fail('invalid', 'keep is how many runs keep their files, 1 to 1000', 'keep');
  const subject = readSubject(members);
  if (!subject.ok) return subject;
  const schedule = members['schedule'] === undefined ? ok(undefined) : readSchedule(members['schedule']);
  if (!schedule.ok) return schedule;
  const as = readFormats(members['formats'] ?? ['pdf']);
  if (!as.ok) return as;
  const mail = members['mail'] === undefined ? ok(undefined) : readMailWish(members['mail']);
  if (!mail.ok) return mail;
  return ok({
    name,
    title,
    description,
    subject: subject.value,
    parameters: parameters as Record<string, string>,
    formats: as.value,
    keep: kept,
    ...(schedule.value === undefined ? {} : { schedule: schedule.value }),
    ...(mail.value === undefined ? {} : { mail: mail.value }),
  });
}

function readSubject({ dashboard, question, blocks }: Members): Result<Subject> {
  if ([dashboard, question, blocks].filter((one) => one !== undefined).length !== 1)
    return fail('invalid', 'A report is of one dashboard, or of one question, or has blocks', 'dashboard');
  for (const [kind, value] of [
    ['dashboard', dashboard],
    ['question', question],
  ] as const)
    if (value !== undefined)
      return isWords(value, 80) && namePattern.test(value)
        ? ok({ kind, name: value })
        : fail('invalid', `${kind} is the name of a ${kind}`, kind);
  if (!Array.isArray(blocks) || blocks.length === 0 || blocks.length > blocksMost)
    return fail('invalid', `blocks are 1 to ${blocksMost} texts and questions`, 'blocks');
  const read: Block[] = [];
  for (const [at, one] of (blocks as unknown[]).entries()) {
    const block = readBlock(one);
    if (typeof block === 'string') return fail('invalid', `Block ${at + 1}: ${block}`, `blocks[${at}]`);
    read.push(block);
  }
  return ok({ kind: 'blocks', blocks: read });
}

function readBlock(value: unknown): Block | string {
  if (!isMembers(value)) return 'a block is an object with text, or with the name of a question';
  if (!Object.hasOwn(value, 'text')) return readTile(value);
  const stranger = strangerIn(value, ['heading', 'text']);
  if (stranger !== undefined) return `"${stranger.slice(0, 40)}" is not understood: heading and text are`;
  const { heading = '', text } = value;
  if (!isWords(heading, 200)) return 'heading is a text of at most 200 letters';
  return isWords(text, 20_000) ? { heading, text } : 'text has at most 20,000 letters';
}

function readSchedule(value: unknown): Result<Schedule> {
  const no = (message: string): Result<Schedule> => fail('invalid', message, 'schedule');
  if (!isMembers(value) || strangerIn(value, ['every', 'on', 'at']) !== undefined)
    return no('schedule is { "every": "week", "on": "monday", "at": "07:00" }');
  const { every, on, at } = value;
  if (typeof at !== 'string' || !/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) return no('at is a time of the clock, such as 07:00');
  if (every === 'day') return on === undefined ? ok({ every, at }) : no('every day has no "on"');
  if (every === 'week') {
    const day = weekdays.find((one) => one === on);
    return day === undefined ? no(`every week is on ${weekdays.join(', ')}`) : ok({ every, on: day, at });
  }
  if (every !== 'month') return no('every is day, week or month');
  const day = wholeOf(on);
  return Number.isInteger(day) && day >= 1 && day <= 31
    ? ok({ every, on: day, at })
    : no('every month is on 1 to 31; where the month is shorter it is its last day');
}

function readFormats(value: unknown): Result<Format[]> {
  const named: unknown[] = Array.isArray(value) ? value : [];
  const read = formats.filter((one) => named.includes(one));
  return read.length === 0 || read.length !== named.length
    ? fail('invalid', `formats is a list of ${formats.join(' and ')}`, 'formats')
    : ok(read);
}
