// A resource as lines of JSON, each with the path of its element (`name[0].family`), and as its leaves. Numbers keep the digits that
// were written.
import { digitsOf } from '../api/http.ts';

export interface JsonLine {
  depth: number;
  /** `"family": ` or empty in a list. */
  key: string;
  /** `"Okafor",`, `{`, `]`. */
  text: string;
  path: string;
}

const isHolder = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A value that holds no others, as JSON; `name` is its member in `holder`. */
function scalar(holder: Record<string, unknown>, name: string): string {
  const value = holder[name];
  return typeof value === 'number' ? (digitsOf(holder, name) ?? String(value)) : JSON.stringify(value ?? null);
}

const below = (path: string, name: string, inList: boolean): string =>
  inList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;

export function jsonLines(value: unknown): JsonLine[] {
  const lines: JsonLine[] = [];
  const write = (holder: Record<string, unknown>, depth: number, path: string, key: string, comma: string): void => {
    const inList = Array.isArray(holder);
    const names = Object.keys(holder);
    lines.push({ depth, key, text: names.length === 0 ? `${inList ? '[]' : '{}'}${comma}` : inList ? '[' : '{', path });
    names.forEach((name, at) => {
      const child = holder[name];
      const there = below(path, name, inList);
      const label = inList ? '' : `${JSON.stringify(name)}: `;
      const end = at < names.length - 1 ? ',' : '';
      if (isHolder(child)) write(child, depth + 1, there, label, end);
      else lines.push({ depth: depth + 1, key: label, text: `${scalar(holder, name)}${end}`, path: there });
    });
    if (names.length > 0) lines.push({ depth, key: '', text: `${inList ? ']' : '}'}${comma}`, path });
  };
  if (isHolder(value)) write(value, 0, '', '', '');
  return lines;
}

/** One line, for NDJSON. */
export function jsonText(value: unknown): string {
  if (!isHolder(value)) return JSON.stringify(value ?? null);
  const inList = Array.isArray(value);
  const parts = Object.keys(value).map((name) => {
    const child = value[name];
    const text = isHolder(child) ? jsonText(child) : scalar(value, name);
    return inList ? text : `${JSON.stringify(name)}:${text}`;
  });
  return inList ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}

/** Path and text of everything that is said, in its order. */
export function jsonLeaves(value: unknown): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (holder: Record<string, unknown>, path: string): void => {
    for (const name of Object.keys(holder)) {
      const child = holder[name];
      const there = below(path, name, Array.isArray(holder));
      if (isHolder(child)) walk(child, there);
      else leaves.set(there, typeof child === 'string' ? child : scalar(holder, name));
    }
  };
  if (isHolder(value)) walk(value, '');
  return leaves;
}
