// One value of a search parameter as it is written in a query → what it asks for. One reader for each kind of parameter
// (http://hl7.org/fhir/R4/search.html#ptypes); escapes are still in the text when it comes here.
import { fail, ok, type Result } from '../result.ts';
import { canonical, ucumSystem } from '../ucum.ts';
import type { Modifier, Prefix, QueryValue, SearchParameter } from './contract.ts';
import { parseInterval } from './dates.ts';
import { splitUnescaped, unescapeValue } from './escape.ts';
import { foldText } from './fold.ts';
import { parseNear } from './near.ts';
import { idPattern, isResourceType, parseReference } from './references.ts';

export interface LiteralContext {
  /** As the client wrote it, for the explanation. */
  name: string;
  /** For `ap` on dates: 10 % of the distance from now. */
  nowMs: number;
  /** Absolute references below this address are this server's own. */
  baseUrl?: string;
}

type Reader = (parameter: SearchParameter, text: string, context: LiteralContext) => Result<QueryValue>;

const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];

/** Says what was expected. Values are not repeated: they can be a patient's name or number, and messages are logged. */
const bad = ({ name }: LiteralContext, expected: string): Result<never> =>
  fail('invalid', `The value of ${shown(name)} cannot be read: ${expected}`, shown(name));

/** Text from outside, cut to what fits in a message. */
export const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);

function splitPrefix(text: string): { prefix: Prefix; rest: string } {
  const two = text.slice(0, 2);
  return prefixes.includes(two) ? { prefix: two as Prefix, rest: text.slice(2) } : { prefix: 'eq', rest: text };
}

const readString: Reader = (_, text) => ok({ kind: 'string', text: unescapeValue(text) });

const readToken: Reader = (parameter, text, context) => {
  const parts = splitUnescaped(text, '|').map(unescapeValue);
  const [first = '', code] = parts;
  if (parts.length > 2) return bad(context, 'a token is "code", "system|code", "|code" or "system|"; a "|" inside one is written "\\|"');
  if (code === undefined) return ok({ kind: 'token', code: first });
  if (parameter.systemless) return bad(context, 'this parameter has no system: give the value alone, without "|"');
  if (first === '' && code === '') return bad(context, 'a system or a code is needed beside the "|"');
  if (code !== '' && first === parameter.impliedSystem) return ok({ kind: 'token', code });
  return ok(code === '' ? { kind: 'token', system: first } : { kind: 'token', system: first, code });
};

const readOfType: Reader = (_, text, context) => {
  const [system, code, value, more] = splitUnescaped(text, '|').map(unescapeValue);
  if (!code || !value || more !== undefined) return bad(context, ':of-type is "system|code|value" with the code of Identifier.type');
  return ok({ kind: 'of-type', system: system || undefined, code, value });
};

const readReference: Reader = (parameter, text, context) => {
  const raw = unescapeValue(text);
  const own = context.baseUrl !== undefined && raw.startsWith(`${context.baseUrl}/`) ? raw.slice(context.baseUrl.length + 1) : raw;
  const expected = `a reference is "id", "Type/id" or a URL${parameter.targets.length > 0 ? `, here to ${parameter.targets.join(', ')}` : ''}`;
  if (own.includes('/_history/')) return bad(context, 'references are searched without their version: leave "/_history/…" out');
  const target = parseReference(own);
  if (!target) return bad(context, expected);
  if ('type' in target) {
    if (parameter.targets.length > 0 && !parameter.targets.includes(target.type)) return bad(context, expected);
    // A resource may hold it in either form.
    return ok({ kind: 'reference', type: target.type, id: target.id, ...(own === raw ? {} : { url: raw }) });
  }
  if (target.url.includes(':')) return ok({ kind: 'reference', url: target.url });
  if (!idPattern.test(own)) return bad(context, expected);
  const [only] = parameter.targets;
  return ok(parameter.targets.length === 1 ? { kind: 'reference', type: only, id: own } : { kind: 'reference', id: own });
};

/** `subject:Patient=23` or `subject:Patient=Patient/23`. */
export function readTyped(type: string, text: string, context: LiteralContext): Result<QueryValue> {
  const raw = unescapeValue(text);
  const target = parseReference(raw);
  if (target && 'type' in target && target.type === type) return ok({ kind: 'reference', type: target.type, id: target.id });
  if (isResourceType(type) && idPattern.test(raw)) return ok({ kind: 'reference', type, id: raw });
  return bad(context, `with :${type} it is the id of a ${type}`);
}

const readDate: Reader = (_, text, context) => {
  const { prefix, rest } = splitPrefix(text);
  // A "+" that was not percent-encoded arrives as a blank: 10:00:00 02:00.
  const interval = parseInterval(rest.replace(/ (\d\d:\d\d)$/, '+$1'));
  if (!interval) {
    return bad(
      context,
      `a date is YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss][Z|±hh:mm], with one of ${prefixes.join(', ')} before it`,
    );
  }
  if (prefix !== 'ap') return ok({ kind: 'date', prefix, ...interval });
  const marginMs = Math.abs(context.nowMs - (interval.fromMs + interval.toMs) / 2) * 0.1;
  return ok({ kind: 'date', prefix, fromMs: interval.fromMs - marginMs, toMs: interval.toMs + marginMs });
};

const decimal = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * A number with the interval of its implicit precision: 5.40 → [5.395, 5.405), 100 → [99.5, 100.5), 1e2 → [50, 150).
 * The bounds are computed on the digits, so that 5.35 is exactly the lower bound of 5.4.
 */
export function parseNumber(text: string): { value: number; low: number; high: number } | undefined {
  const match = decimal.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const value = Number(text);
  const tenfold = BigInt(whole + fraction) * 10n * (sign === '-' ? -1n : 1n);
  const power = Number(exponent) - fraction.length - 1;
  const low = Number(`${tenfold - 5n}e${power}`);
  const high = Number(`${tenfold + 5n}e${power}`);
  return Number.isFinite(value) && Number.isFinite(low) && Number.isFinite(high) ? { value, low, high } : undefined;
}

type NumberAsked = ReturnType<typeof parseNumber>;

/** `ap`: 10 % of the stated value to both sides, taken before the unit is converted (10 % of 37 °C is 3.7 degrees, not 31). */
function around(prefix: Prefix, number: NumberAsked): NumberAsked {
  if (prefix !== 'ap' || !number) return number;
  const margin = Math.abs(number.value) * 0.1;
  return { value: number.value, low: number.value - margin, high: number.value + margin };
}

const readNumber: Reader = (_, text, context) => {
  const { prefix, rest } = splitPrefix(text);
  const number = around(prefix, parseNumber(rest));
  return number
    ? ok({ kind: 'number', prefix, ...number })
    : bad(context, `a number is needed, with one of ${prefixes.join(', ')} before it`);
};

const readQuantity: Reader = (_, text, context) => {
  const [amount = '', system = '', code = '', more] = splitUnescaped(text, '|').map(unescapeValue);
  const { prefix, rest } = splitPrefix(amount);
  const number = around(prefix, parseNumber(rest));
  const hasUnit = text.includes('|');
  if (!number || more !== undefined || (hasUnit && code === '')) {
    return bad(context, 'a quantity is "number", "number||unit" or "number|system|code", for example 5.4|http://unitsofmeasure.org|mg');
  }
  if (!hasUnit) return ok({ kind: 'quantity', prefix, ...number });
  const made: QueryValue = { kind: 'quantity', prefix, ...number, system: system || undefined, code };
  if (system !== ucumSystem) return ok(made);
  const low = canonical(number.low, code);
  const exact = canonical(number.value, code);
  const high = canonical(number.high, code);
  if (low && exact && high) made.canonical = { value: exact.value, low: low.value, high: high.value, unit: exact.unit };
  return ok(made);
};

const readUri: Reader = (_, text) => ok({ kind: 'uri', uri: unescapeValue(text) });

const readComposite: Reader = (parameter, text, context) => {
  const texts = splitUnescaped(text, '$');
  const parts = parameter.composite?.parts ?? [];
  if (texts.length !== parts.length || texts.includes('')) {
    return bad(context, `a composite is its parts joined by "$": ${parts.map((part) => `${part.code} (${part.type})`).join('$')}`);
  }
  const values: QueryValue[] = [];
  for (let i = 0; i < parts.length; i++) {
    const read = readLiteral(parts[i] as SearchParameter, undefined, texts[i] as string, context);
    if (!read.ok) return read;
    values.push(read.value);
  }
  return ok({ kind: 'composite', parts: values });
};

/** `latitude|longitude|distance|units` (http://hl7.org/fhir/R4/location.html#search): degrees, kilometres where no unit is given. */
const readNear: Reader = (_, text, context) => {
  const near = parseNear(splitUnescaped(text, '|').map(unescapeValue));
  return near
    ? ok(near)
    : bad(
        context,
        'near is "latitude|longitude|distance|units" in degrees, for example 42.3|-83.7|10|km; units are km, m, [mi_i], [mi_us] or [ft_i]',
      );
};

const byType: Record<SearchParameter['type'], Reader> = {
  string: readString,
  token: readToken,
  reference: readReference,
  date: readDate,
  number: readNumber,
  quantity: readQuantity,
  uri: readUri,
  composite: readComposite,
  special: readNear,
};

/** What a modifier makes of the value, where it is not the parameter's own kind. `:in` and `:text` carry their text as the code. */
const byModifier: Partial<Record<Modifier, Reader>> = {
  'of-type': readOfType,
  identifier: readToken,
  text: (_, text) => ok({ kind: 'token', code: unescapeValue(text) }),
  in: (_, text) => ok({ kind: 'token', code: unescapeValue(text) }),
  'not-in': (_, text) => ok({ kind: 'token', code: unescapeValue(text) }),
};

export function readLiteral(
  parameter: SearchParameter,
  modifier: Modifier | undefined,
  text: string,
  context: LiteralContext,
): Result<QueryValue> {
  if (text === '') return bad(context, 'it is empty');
  const isFolded = parameter.type === 'string' ? modifier !== 'exact' : modifier === 'text';
  if (isFolded && foldText(unescapeValue(text)) === '') return bad(context, 'it needs a letter, a digit or a sign');
  return ((modifier && byModifier[modifier]) ?? byType[parameter.type])(parameter, text, context);
}
