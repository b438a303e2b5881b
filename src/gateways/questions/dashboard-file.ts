// A dashboard as text: JSON with a title, whom it is for, and tiles that name questions.
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type ChartWish, chartKinds, type Dashboard, type Tile } from './contract.ts';
import { namePattern, textLongest } from './question-file.ts';

const tilesMost = 40;

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown, longest: number): value is string => typeof value === 'string' && value.length <= longest;
const unknownIn = (members: Members, known: readonly string[]): string | undefined =>
  Object.keys(members).find((one) => !known.includes(one));

export function readDashboard(name: string, text: string): Result<Dashboard> {
  if (!namePattern.test(name)) return fail('invalid', 'A name has small letters, digits and -, at most 80', 'name');
  if (text.length > textLongest) return fail('too-costly', `A dashboard has at most ${textLongest.toLocaleString('en')} characters`);
  const json = readJsonNow(text, { maxDepth: 6 });
  if (!json.ok) return json;
  const members: unknown = json.value;
  if (!isMembers(members)) return fail('invalid', 'A dashboard is a JSON object with title, description, audience and tiles');
  const stranger = unknownIn(members, ['title', 'description', 'audience', 'tiles']);
  if (stranger !== undefined)
    return fail('invalid', `"${stranger.slice(0, 40)}" is not understood: title, description, audience and tiles are`);
  const { title, description = '', audience = '', tiles } = members;
  if (!isText(title, 200) || title === '') return fail('invalid', 'A dashboard needs a title of at most 200 letters', 'title');
  if (!isText(description, 2_000) || !isText(audience, 200)) return fail('invalid', 'description and audience are texts');
  if (!Array.isArray(tiles) || tiles.length === 0 || tiles.length > tilesMost)
    return fail('invalid', `A dashboard has 1 to ${tilesMost} tiles`, 'tiles');
  const read: Tile[] = [];
  for (const [at, one] of (tiles as unknown[]).entries()) {
    const tile = readTile(one);
    if (typeof tile === 'string') return fail('invalid', `Tile ${at + 1}: ${tile}`, `tiles[${at}]`);
    read.push(tile);
  }
  return ok({ name, title, description, audience, tiles: read });
}

/** A text is what is wrong with it. */
export function readTile(value: unknown): Tile | string {
  if (!isMembers(value)) return 'a tile is an object that names a question';
  const stranger = unknownIn(value, ['question', 'title', 'chart', 'width', 'parameters']);
  if (stranger !== undefined) return `"${stranger.slice(0, 40)}" is not understood: question, title, chart, width and parameters are`;
  const { question, title, chart, width = 1, parameters = {} } = value;
  if (!isText(question, 80) || !namePattern.test(question)) return 'question is the name of a question';
  if (title !== undefined && !isText(title, 200)) return 'title is a text of at most 200 letters';
  const columns = Number(String(width));
  if (![1, 2, 3, 4].includes(columns)) return 'width is 1, 2, 3 or 4 of four columns';
  if (!isMembers(parameters) || !Object.values(parameters).every((one) => isText(one, 1_000))) return 'parameters are texts by name';
  const wish = chart === undefined ? undefined : readTileChart(chart);
  if (typeof wish === 'string') return wish;
  return {
    question,
    width: columns,
    parameters: parameters as Record<string, string>,
    ...(title === undefined ? {} : { title }),
    ...(wish === undefined ? {} : { chart: wish }),
  };
}

function readTileChart(value: unknown): ChartWish | string {
  if (!isMembers(value) || unknownIn(value, ['kind', 'x', 'y', 'series', 'unit']) !== undefined)
    return 'chart has kind, x, y, series and unit';
  const kind = chartKinds.find((one) => one === value['kind']);
  if (kind === undefined) return `a chart is ${chartKinds.join(', ')}`;
  const wish: ChartWish = { kind };
  for (const name of ['x', 'y', 'series', 'unit'] as const) {
    const one = value[name];
    if (one === undefined) continue;
    if (!isText(one, 80)) return `${name} of a chart is the name of a column`;
    wish[name] = one;
  }
  return wish;
}
