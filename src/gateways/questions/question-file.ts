// A question as text: a head of `-- word: value` lines, then one SELECT. The head says what people need who have no SQL.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { details } from '../../warehouse/contract.ts';
import { journalsNamed } from '../../warehouse/journal/journals.ts';
import { type ChartWish, chartKinds, type Drill, parameterTypes, type Question, type QuestionParameter } from './contract.ts';

export const textLongest = 100_000;
export const namePattern = /^[a-z0-9][a-z0-9-]{0,79}$/;
const word = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** No line of a head needs more, and what reads it takes the square of its length. */
const lineLongest = 1_000;
const parametersMost = 50;

type Head = Omit<Question, 'name' | 'sql' | 'journals'>;
/** What a line adds to the head; a text is what is wrong with it. */
type Reader = (value: string, head: Head) => Partial<Head> | string;

/** Each line of the head, by its word. */
const readers: Readonly<Record<string, Reader>> = {
  title: (title) => (title.length <= 200 ? { title } : 'a title has at most 200 letters'),
  description: (value, { description }) => ({ description: description === '' ? value : `${description} ${value}` }),
  detail: (value) => {
    const detail = details.find((one) => one === value);
    return detail === undefined ? `detail is one of ${details.join(', ')}` : { detail };
  },
  summary: (value) => (value === 'yes' || value === 'no' ? { summary: value === 'yes' } : 'summary is yes or no'),
  parameter: (value, { parameters }) => {
    const read = readParameter(value);
    if (typeof read === 'string') return read;
    if (parameters.length >= parametersMost) return `a question has at most ${parametersMost} parameters`;
    return parameters.some(({ name }) => name === read.name)
      ? `there are two parameters ${read.name}`
      : { parameters: [...parameters, read] };
  },
  chart: (value) => {
    const chart = readChart(value);
    return typeof chart === 'string' ? chart : { chart };
  },
  drill: (value) => {
    const drill = readDrill(value);
    return typeof drill === 'string' ? drill : { drill };
  },
};

export function readQuestion(name: string, text: string): Result<Question> {
  if (!namePattern.test(name)) return fail('invalid', 'A name has small letters, digits and -, at most 80', 'name');
  if (text.length > textLongest) return fail('too-costly', `A question has at most ${textLongest.toLocaleString('en')} characters`);
  if (/[\0\p{Surrogate}]/u.test(text)) return fail('invalid', 'The text holds the character NUL or half of one: take it out');
  let head: Head = { title: '', description: '', detail: 'de-identified', summary: false, parameters: [] };
  const lines = text.split(/\r?\n/);
  let at = 0;
  for (; at < lines.length; at++) {
    const line = /^--[ \t]*([a-z]+)[ \t]*:(.*)$/.exec(lines[at]!.slice(0, lineLongest + 1));
    if (line === null) break;
    if (lines[at]!.length > lineLongest)
      return fail('too-costly', `Line ${at + 1}: a line of the head has at most 1,000 characters`, `line ${at + 1}`);
    const reader = Object.hasOwn(readers, line[1]!) ? readers[line[1]!] : undefined;
    const said = reader === undefined ? `"${line[1]}" is not among ${Object.keys(readers).join(', ')}` : reader(line[2]!.trim(), head);
    if (typeof said === 'string') return fail('invalid', `Line ${at + 1}: ${said}`, `line ${at + 1}`);
    head = { ...head, ...said };
  }
  const sql = lines.slice(at).join('\n').trim().replace(/;$/, '');
  if (head.title === '') return fail('invalid', 'A question begins with "-- title: …"', 'title');
  if (sql === '') return fail('invalid', 'There is no SELECT after the head', 'sql');
  const unused = head.parameters.find((one) => !new RegExp(`\\$${one.name}\\b`).test(sql));
  if (unused !== undefined)
    return fail('invalid', `The parameter ${unused.name} is not in the SELECT: write $${unused.name} where it belongs`);
  return ok({ name, ...head, sql, journals: journalsNamed(sql) });
}

/** `since date = -90d "Since"`, `kind choice(EMER, IMP) = EMER "Kind"`. */
function readParameter(text: string): QuestionParameter | string {
  const found = /^(\S+) +([a-z]+)(?:\(([^)]*)\))? *=([^"]*)(?:"([^"]*)")?$/.exec(text);
  const form = 'a parameter is written: since date = -90d "Since"';
  if (found === null) return form;
  const [, name = '', type, list = '', written = '', label = ''] = found;
  const usual = written.trim();
  if (!word.test(name)) return `${form}; a name has letters, digits and _`;
  const kind = parameterTypes.find((one) => one === type);
  if (kind === undefined) return `a parameter is ${parameterTypes.join(', ')}`;
  const choices = list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (kind === 'choice' && !choices.includes(usual)) return `the usual value of ${name} is one of its choices`;
  return { name, type: kind, usual, label: label === '' ? name : label, choices };
}

/** `line x=day y=visits series=ward unit=visits`. */
function readChart(text: string): ChartWish | string {
  const [first = '', ...rest] = text.split(/\s+/);
  const kind = chartKinds.find((one) => one === first);
  if (kind === undefined) return `a chart is ${chartKinds.join(', ')}`;
  const chart: ChartWish = { kind };
  for (const part of rest) {
    const found = /^(x|y|series|unit)=(\S{1,80})$/.exec(part);
    if (found === null) return 'a chart is written: line x=day y=visits series=ward unit=visits';
    chart[found[1] as 'x' | 'y' | 'series' | 'unit'] = found[2]!;
  }
  return chart;
}

/** `ed-visits-of-day day=day`. */
function readDrill(text: string): Drill | string {
  const [question = '', ...rest] = text.split(/\s+/);
  if (!namePattern.test(question)) return 'drill names a question, then parameter=column';
  const from = [];
  for (const part of rest) {
    const found = /^([A-Za-z_]\w{0,62})=([A-Za-z_]\w{0,62})$/.exec(part);
    if (found === null) return 'drill is written: name-of-question parameter=column';
    from.push({ parameter: found[1]!, column: found[2]! });
  }
  return { question, from };
}
