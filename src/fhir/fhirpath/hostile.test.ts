// An expression from outside may say anything: it is answered, or refused with a sentence, and always within its bounds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { compile } from './compile.ts';

const patient: Json = {
  resourceType: 'Patient',
  name: [{ family: 'a'.repeat(5_000), given: ['Peter', 'James'] }],
  contact: Array.from({ length: 200 }, (_, i) => ({ name: { text: `c${i}` } })),
};

const answer = (text: string, value: Json = patient) => {
  const compiled = compile(text);
  return compiled.ok ? compiled.value.evaluate({ type: 'Patient', value }) : compiled;
};
const problem = (text: string): string | undefined => {
  const given = answer(text);
  return given.ok ? undefined : given.problem.kind;
};

describe('an expression that is too much is refused', () => {
  test.each<[string, string]>([
    ['brackets 10,000 deep', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['indexes 10,000 deep', `${'name['.repeat(5_000)}0${']'.repeat(5_000)}`],
    ['calls 10,000 deep', `${'iif('.repeat(5_000)}true, true${')'.repeat(5_000)}`],
    ['a thousand minus signs', `${'-'.repeat(1_000)}1`],
    ['a path of 10,000 parts', Array.from({ length: 10_000 }, () => 'a').join('.')],
    ['a chain of 10,000 operators', Array.from({ length: 8_000 }, () => '1').join('+')],
    ['more text than an expression has', `'${'x'.repeat(100_000)}'`],
    ['repeat() that never ends', '1.repeat($this + 1)'],
    ['repeat() with ever longer text', "'a'.repeat($this & 'a')"],
    ['combine() that doubles', `1${'.select($this.combine($this))'.repeat(40)}`],
    ['combine() through aggregate()', '(1|2|3|4|5|6|7|8|9).select(1|2|3|4|5|6|7|8|9).aggregate($total.combine($total).combine($this))'],
    ['select() in select() in select()', 'contact.select(%context.contact.select(%context.contact.select(name)))'],
    ['equality of all with all', 'contact.where(%context.descendants() ~ %context.descendants())'],
    ['text that doubles', `'abcdefgh'${".replace('', 'abcdefgh')".repeat(12)}`],
    [
      'text that doubles through &',
      `name.family.aggregate('x')${'.select($this & $this & $this & $this)'.repeat(30).replace(/^/, ".select('xxxxxxxxxx')")}`,
    ],
    ['join() of long texts', `(1|2|3|4|5|6|7|8|9).select(%context.contact.select(%context.name.family)).join('${'y'.repeat(2_000)}')`],
    ['replaceMatches() that grows', `'aaaaaaaa'${".replaceMatches('a', 'aaaaaaaa')".repeat(12)}`],
    ['encoding again and again', `'aaaaaaaa'${".encode('hex')".repeat(40)}`],
    ['counts that multiply', "'a'.matches('((((a{1,100}){1,100}){1,100}){1,100}){1,100}')"],
    ['a regular expression nested 1,000 deep', `'a'.matches('${'('.repeat(900)}a${')'.repeat(900)}')`],
    ['looking ahead', "'a'.matches('(?=a)a')"],
    ['going back to a group', "'aa'.matches('(a)\\\\1')"],
  ])('%s', (_, text) => {
    expect(problem(text)).toMatch(/^(too-costly|invalid|unsupported)$/);
  });
});

describe('regular expressions that explode elsewhere are answered', () => {
  test.each(['(a+)+$', '(a|aa)+$', '(a|a)*b', '(.*)*x', '([a-z]+)*1', 'a*a*a*a*a*a*b', '(a?){30}a{30}b', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '%s',
    (regex) => {
      const given = answer(`'${'a'.repeat(40)}!'.matches('${regex.replaceAll('\\', '\\\\')}')`);
      expect(given).toMatchObject({ ok: true, value: [{ value: false }] });
    },
  );
});

describe('what each item costs is paid for once an item', () => {
  const many: Json = {
    resourceType: 'Patient',
    name: Array.from({ length: 10_000 }, (_, i) => ({ text: `A${i}`, given: ['x'], period: { start: '2020-01-01' } })),
    extension: Array.from({ length: 3_000 }, (_, i) => ({ url: 'http://x.example', valueQuantity: { value: i, unit: 'mg' } })),
  };
  const again = (term: string, times: number, by = ' and '): string => Array.from({ length: times }, () => term).join(by);
  /** A collection of 10,000 that is looked at for each of 10,000. */
  const held = (question: string): string => `name.aggregate(iif(${question}, $total, $total), name)`;

  test.each<[string, string]>([
    ['all names for each name', 'name.all(%resource.name.all(text.length() > 0))'],
    ['a name that is not there', held('$total.family.exists()')],
    ['an element that its type does not have', held('$total.zzz.exists()')],
    ['copies', held('$total.tail().skip(1).exists()')],
    ['a choice by type', held('$total.ofType(Patient).exists()')],
    ['types', held('$total.type().exists()')],
    ['a collection compared with itself', held('$total = $total')],
    ['four hundred terms', `name.all(${again('true', 390)})`],
    ['four hundred indexes', `name.all($this${'[0]'.repeat(390)}.exists())`],
    ['clocks', `name.all(${again('now() = now()', 20)})`],
    ['dates', `name.all(${again('period.start < @2030', 20)})`],
    ['amounts', "name.all(%resource.extension.all(value ~ 1 'kg' or true))"],
    ['extensions sought', "name.all(%resource.extension('http://y.example').empty())"],
    ['sorting by dates', 'name.select(period.start | period.end | text).combine(name.period.start).sort().count()'],
    ['a regular expression for each name', "name.all('a'.matches('[0-9]{1,100}' + text).not())"],
  ])('%s', (_, text) => {
    expect(answer(text, many)).toMatchObject({ ok: false, problem: { kind: 'too-costly' } });
  });

  test('and the plain question of all of them is answered', () => {
    expect(answer('name.all(text.length() > 0)', many)).toMatchObject({ ok: true, value: [{ value: true }] });
    expect(answer('name.where(period.start < @2030).count()', many)).toMatchObject({ ok: true, value: [{ value: 10_000 }] });
  });
});

test('the same expression takes the same steps each time, with a regular expression too', () => {
  const compiled = compile("contact.all(name.text.matches('c[0-9]+')) and name.family.matches('^b').not()");
  if (!compiled.ok) throw new Error(compiled.problem.message);
  const left = [1, 2, 3].map(() => {
    const budget = { steps: 50_000 };
    compiled.value.test({ type: 'Patient', value: patient }, { budget });
    return budget.steps;
  });
  expect(left[0]).toBeLessThan(50_000);
  expect(new Set(left).size).toBe(1);
});

test('several evaluations may share one budget, and the last is given up where nothing is left', () => {
  const compiled = compile('contact.name.text.count()');
  if (!compiled.ok) throw new Error(compiled.problem.message);
  const budget = { steps: 2_000 };
  const given = Array.from({ length: 6 }, () => compiled.value.evaluate({ type: 'Patient', value: patient }, { budget }).ok);
  expect(given[0]).toBe(true);
  expect(given.at(-1)).toBe(false);
});

test('the bound on steps is one for the whole evaluation and may be set', () => {
  const compiled = compile('contact.name.text');
  if (!compiled.ok) throw new Error(compiled.problem.message);
  expect(compiled.value.evaluate({ type: 'Patient', value: patient }, { maxSteps: 100 })).toMatchObject({
    ok: false,
    problem: { kind: 'too-costly' },
  });
  expect(compiled.value.evaluate({ type: 'Patient', value: patient }, { maxSteps: 1_000 }).ok).toBe(true);
});

test.each([
  'constructor',
  '__proto__',
  'toString',
  'name.constructor',
  '%constructor',
  'constructor()',
  '1.toString.constructor',
  'name.`__proto__`',
])('a name of the machine is a name like any other: %s', (text) => {
  const given = answer(text);
  expect(given.ok ? given.value : []).toEqual([]);
});

test('a problem never repeats what stands in the resource', () => {
  const secret = 'Verysecretname';
  const value: Json = { resourceType: 'Patient', name: [{ family: secret, given: [secret, secret] }], birthDate: secret };
  for (const text of [
    'name.given = 1 + name.family',
    'name.given.single()',
    'name < 1',
    '-name.family',
    'birthDate + 1 day',
    'name.family[name.family]',
    'name.family.matches(name.given)',
    'name.memberOf(name.family)',
    'conformsTo(name.family)',
  ]) {
    const given = answer(text, value);
    expect(given.ok ? '' : given.problem.message).not.toContain(secret);
  }
});

test('nothing that can be written throws', () => {
  const words = [
    'Patient',
    'name',
    'given',
    '.',
    '(',
    ')',
    '[',
    ']',
    '{}',
    '1',
    '1.5',
    "'a'",
    '@2020',
    '@T10',
    '=',
    '~',
    '<',
    '|',
    '+',
    '-',
    '*',
    '/',
    'and',
    'or',
    'is',
    'as',
    'where',
    'select',
    'first()',
    'exists(',
    'count()',
    '$this',
    '%resource',
    ',',
    "2 'mg'",
    '3 days',
    'matches(',
    'replace(',
    'string',
    'System.Integer',
  ];
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.constantFrom(...words), { maxLength: 15 }).map((parts) => parts.join(' ')),
      ),
      (text) => {
        const given = answer(text);
        expect(typeof given.ok).toBe('boolean');
      },
    ),
    { numRuns: 3_000 },
  );
});

test('nor does any resource', () => {
  const expressions = [
    'descendants()',
    'name.given.first() = name.family',
    'birthDate + 1 year',
    'active and deceased',
    'multipleBirth > 1',
    'children().type().name',
    'name | contact',
    'descendants().where(hasValue()).toString()',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...expressions),
      fc.constantFrom('name', 'birthDate', '_birthDate', 'active', 'multipleBirthInteger', 'contact', 'extension', 'deceasedBoolean'),
      fc.jsonValue(),
      (text, name, value) => {
        expect(typeof answer(text, { resourceType: 'Patient', [name]: value as Json }).ok).toBe('boolean');
      },
    ),
    { numRuns: 3_000 },
  );
});
