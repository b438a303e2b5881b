import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from './decimal.ts';
import { isTooDeep, isTooLarge, type Json, ofTheRecord, readJson, readJsonNow, writeJson } from './json.ts';
import { sameJson } from './json-equal.ts';

const read = (text: string): Json => {
  const result = readJsonNow(text);
  if (!result.ok) throw new Error(`${result.problem.where} ${result.problem.message}`);
  return result.value;
};
const refusal = (text: string, limits = {}): string => {
  const result = readJsonNow(text, limits);
  return result.ok ? 'read' : `${result.problem.kind} ${result.problem.where} ${result.problem.message}`;
};

const anyNumber = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  fc.tuple(fc.integer(), fc.stringMatching(/^[0-9]{1,25}$/)).map(([whole, fraction]) => read(`${whole}.${fraction}`)),
);
const anyString = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })).map((text) => text.replaceAll('\0', ''));
const anyJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    anyNumber,
    anyString,
    fc.array(tie('json')),
    fc.dictionary(
      anyString.filter((name) => name !== '__proto__'),
      tie('json'),
      { noNullPrototype: true },
    ),
  ),
})).json;

describe('reading JSON', () => {
  it('gives back what was written, with every digit', () => {
    fc.assert(fc.property(anyJson, (value) => sameJson(read(writeJson(value)), value)));
  });

  it('agrees with the engine on every document that has no decimal of more digits than a double holds', () => {
    const plain = fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(plain, (text) => {
        fc.pre(!text.includes('__proto__') && !text.includes('\\u0000'));
        expect(JSON.parse(writeJson(read(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what the engine refuses', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '\\', 'e', '-', '0', ' ', '\n', '{', ':'));
    fc.assert(
      fc.property(broken, ([text, place, put]) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        let accepted = true;
        try {
          JSON.parse(changed);
        } catch {
          accepted = false;
        }
        if (!accepted) expect(readJsonNow(changed).ok, changed).toBe(false);
      }),
    );
  });

  it.each(['0', '-1', '1', '36.7', '0.1', '123456789012345', '0.000001', '1e+21', '9007199254740991'])(
    '%s becomes a plain number',
    (text) => {
      expect(read(text)).toBe(Number(text));
    },
  );

  it.each(['1.10', '1.0', '-0', '0.0', '1e2', '1E-7', '0.0000001', '0.10000000000000000001', '9007199254740993', '1e300', '-0.00'])(
    '%s keeps its digits',
    (text) => {
      expect(read(text)).toEqual(new Decimal(text));
      expect(writeJson({ value: read(text) })).toBe(`{"value":${text}}`);
    },
  );

  it('reads a document in slices as it does at once', async () => {
    const long = `{"data":"${'abc\\n\u00e9'.repeat(300_000)}","rest":[${'{"a":1.50},'.repeat(50_000)}null]}`;
    const limits = { maxEntryValues: 1_000_000 };
    const slow = await readJson(long, limits);
    const now = readJsonNow(long, limits);
    expect(slow.ok && now.ok && sameJson(slow.value, now.value)).toBe(true);
    expect(slow.ok && writeJson(slow.value)).toBe(long);
  });

  it('lets other work run while it reads a large document', async () => {
    let turns = 0;
    const ticking = setInterval(() => turns++, 0);
    await readJson(`[${'{"resourceType":"Patient","name":[{"family":"Q"}]},'.repeat(200_000)}0]`, { maxEntryValues: 2_000_000 });
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(1);
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'invalid 1:1 Expected a value, but the text ends.'],
    ['blank', ' \n ', 'invalid 2:2 Expected a value, but the text ends.'],
    ['a single quote', "{'a':1}", 'invalid 1:2 Expected a name in double quotes, but there is "\'".'],
    ['a trailing comma in an object', '{"a":1,}', 'invalid 1:8 Expected a name in double quotes, but there is "}".'],
    ['a trailing comma in an array', '[1,]', 'invalid 1:4 Expected a value, but there is "]".'],
    ['a missing comma', '[1 2]', 'invalid 1:4 Expected "," or "]", but there is "2".'],
    ['a missing colon', '{"a" 1}', 'invalid 1:6 Expected ":" after the name, but there is "1".'],
    ['a wrong bracket', '{"a":[1}', 'invalid 1:8 Expected "," or "]", but there is "}".'],
    ['an open object', '{"a":\n1', 'invalid 2:2 Expected "," or "}", but the text ends.'],
    ['text after the end', '{} {}', 'invalid 1:4 Expected nothing after the end of the document, but there is "{".'],
    ['an open string', '"abc', 'invalid 1:5 A string is not closed with a double quote.'],
    ['a line break in a string', '"a\nb"', 'invalid 1:3 A control character in a string must be written as an escape such as \\n.'],
    ['a wrong escape', '"\\x41"', 'invalid 1:2 A backslash must be followed by one of " \\ / b f n r t or u and four hexadecimal digits.'],
    ['NUL as an escape', '"a\\u0000"', 'invalid 1:3 The character NUL (\\u0000) is not allowed in FHIR.'],
    ['NUL as itself', '"a\0"', 'invalid 1:3 A control character in a string must be written as an escape such as \\n.'],
    ['half a pair', '"\\ud83d"', 'invalid 1:2 Half of a surrogate pair stands alone, which is not a Unicode character.'],
    ['the other half', '"x\udc00"', 'invalid 1:3 Half of a surrogate pair stands alone, which is not a Unicode character.'],
    ['a name twice', '{"a":1,\n "a":2}', 'invalid 2:2 The name "a" appears twice in one object; keep one.'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}', 'invalid 1:8 The name "a" appears twice in one object; keep one.'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'invalid 1:2 The name "__proto__" is not allowed.'],
    ['__proto__ in disguise', '{"__pr\\u006fto__":1}', 'invalid 1:2 The name "__proto__" is not allowed.'],
    ['a leading zero', '[012]', 'invalid 1:2 A number must not start with 0 and further digits.'],
    ['a bare minus', '[-]', 'invalid 1:3 Expected a digit after "-".'],
    ['a plus', '[+1]', 'invalid 1:2 Expected a value, but there is "+".'],
    ['a point without digits', '[1.]', 'invalid 1:4 Expected a digit after the decimal point.'],
    ['an exponent without digits', '[1e]', 'invalid 1:4 Expected a digit in the exponent.'],
    ['NaN', '[NaN]', 'invalid 1:2 Expected a value, but there is "N".'],
    ['an endless number', '1e999999', 'invalid 1:1 A number is too large or too small to compute with.'],
    ['an endless fraction', '1e-999999', 'invalid 1:1 A number is too large or too small to compute with.'],
    ['a million digits', '1'.repeat(1e6), 'invalid 1:1 A number has more than 128 characters.'],
    ['a comment', '{/*x*/}', 'invalid 1:2 Expected a name in double quotes, but there is "/".'],
    ['an endless name', `{"${'a'.repeat(1000)}":1}`, 'invalid 1:3 A name has more than 256 characters.'],
    ['an endless name without end', `{"${'\\n'.repeat(1e6)}`, 'invalid 1:3 A name has more than 256 characters.'],
    ['endless blanks', `[${' '.repeat(1e6)}]`, 'invalid 1:100002 More than 100000 blank characters in a row; send the JSON without them.'],
    ['a misspelt word', '[tru]', 'invalid 1:2 Expected a value, but there is "t".'],
    ['a control character outside', '\u0001', 'invalid 1:1 Expected a value, but there is U+0001.'],
  ])('refuses %s and says where', (_, text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it('stops at a depth of 64, whatever comes after', () => {
    expect(refusal(`${'['.repeat(64)}${']'.repeat(64)}`)).toBe('read');
    expect(refusal('['.repeat(1e6))).toMatch(/^too-costly 1:65 .* 64 levels/);
    expect(refusal('{"a":'.repeat(1e6))).toMatch(/^too-costly 1:321 .* 64 levels/);
  });

  it('counts the values of each entry of a Bundle on its own', () => {
    const bundle = (type: string) => `{"resourceType":"${type}","entry":[[1,2,3],[4,5,6],[7,8,9]],"total":3}`;
    expect(refusal(bundle('Bundle'), { maxEntryValues: 4 })).toBe('read');
    expect(refusal(bundle('Bundle'), { maxEntryValues: 3 })).toMatch(/^too-costly .* A single resource holds more than 3 values/);
    expect(refusal(bundle('List'), { maxEntryValues: 4 })).toMatch(/^too-costly .* A single resource holds more than 4 values/);
    expect(refusal(bundle('Bundle'), { maxEntries: 3 })).toBe('read');
    expect(refusal(bundle('Bundle'), { maxEntries: 2 })).toMatch(/^too-costly .* More than 2 entries/);
    expect(refusal(bundle('Bundle'), { maxValues: 10 })).toMatch(/^too-costly .* The document holds more than 10 values/);
  });

  it('passes over a byte order mark', () => {
    expect(read('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  it('does not take inherited names for repeated ones', () => {
    expect(read('{"constructor":1,"toString":2,"hasOwnProperty":3}')).toEqual({ constructor: 1, toString: 2, hasOwnProperty: 3 });
  });
});

describe('writing JSON', () => {
  it('leaves out what is undefined', () => {
    expect(writeJson({ a: undefined, b: new Decimal('2.50'), c: [new Decimal('0.0')] })).toBe('{"b":2.50,"c":[0.0]}');
  });

  it('never turns a string into a number, whatever it looks like', () => {
    const value = { a: new Decimal('1.10'), b: 'decimal 1.10', c: '"decimal 1.10"' };
    expect(read(writeJson(value))).toEqual(value);
  });

  it('throws on a Decimal that is not a number rather than write broken JSON', () => {
    expect(() => writeJson({ value: new Decimal('1,5') })).toThrow(TypeError);
    expect(JSON.stringify(new Decimal('1.50'))).toBe('1.5');
  });
});

describe('the depth of a value', () => {
  it('is too much where its text would be refused, and is read where the record holds it', () => {
    for (const deep of [63, 64, 65, 100]) {
      const text = `${'['.repeat(deep)}1${']'.repeat(deep)}`;
      const value = readJsonNow(text, ofTheRecord);
      expect(value.ok && isTooDeep(value.value), `${deep}`).toBe(!readJsonNow(text).ok);
    }
  });
});

describe('the size of a resource', () => {
  it('is too much where its text would be refused', () => {
    for (const items of [10, 24_997, 24_998, 24_999, 25_000, 60_000]) {
      const resource = { resourceType: 'Basic', extension: Array.from({ length: items }, (_, at) => ({ url: `u${at}` })) };
      expect(isTooLarge(resource), `${items}`).toBe(!readJsonNow(writeJson(resource)).ok);
    }
  });
});

describe('comparing JSON', () => {
  it('tells 1.10 from 1.1 and ignores the order of members', () => {
    expect(sameJson(read('{"a":1.10,"b":[1]}'), read('{"b":[1],"a":1.10}'))).toBe(true);
    expect(sameJson(read('1.10'), read('1.1'))).toBe(false);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
    expect(sameJson({ a: null }, {})).toBe(false);
    expect(sameJson({ a: undefined }, {})).toBe(true);
    expect(sameJson([], {})).toBe(false);
  });
});
