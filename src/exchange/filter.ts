// Whether a message passes the conditions of a channel or a route: all of them must hold.
import { readMessage } from '../formats/hl7v2/tree/message.ts';
import type { Filtered } from './channel.ts';
import type { ConditionFile } from './channel-file.ts';
import { jsonTexts } from './json-places.ts';
import { placesOf } from './places.ts';

const looked = 1000;

/** Why a message does not pass; undefined: it does. Never says what the message says. */
export function filterBy(conditions: readonly ConditionFile[]): (message: Filtered) => string | undefined {
  const checks = conditions.map((condition) => ({ condition, fits: fitting(condition) }));
  return ({ raw }) => {
    if (checks.length === 0) return undefined;
    const message = checks.some(({ condition }) => !condition.path.startsWith('/')) ? readMessage(raw) : undefined;
    for (const { condition, fits } of checks) {
      const all =
        message === undefined || condition.path.startsWith('/')
          ? jsonTexts(raw, condition.path)
          : [...placesOf(message, condition.path)].map((place) => message.get(place));
      const values = all.map((value) => value.slice(0, looked));
      if (!fits(values.length === 0 ? [''] : values)) return reasonOf(condition);
    }
    return undefined;
  };
}

/** Of several segments or repetitions one must fit; of what must not be, none may. */
function fitting(condition: ConditionFile): (values: readonly string[]) => boolean {
  if ('is' in condition) return (values) => values.some((value) => condition.is.includes(value));
  if ('not' in condition) return (values) => !values.some((value) => condition.not.includes(value));
  const pattern = new RegExp(condition.matches, 'u');
  return (values) => values.some((value) => pattern.test(value));
}

function reasonOf(condition: ConditionFile): string {
  if ('is' in condition) return `${condition.path} is none of ${condition.is.join(', ')}`.slice(0, 300);
  if ('not' in condition) return `${condition.path} is one of ${condition.not.join(', ')}`.slice(0, 300);
  return `${condition.path} does not match ${condition.matches}`.slice(0, 300);
}
