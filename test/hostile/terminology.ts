// What may be sent to the operations of terminology: parameters that are missing, doubled, of another type, too deep; value sets,
// code systems and maps by value that are enormous, that include themselves, or that send a question round in a ring.
import { type Attack, ask, posting } from './attack.ts';

interface Parameter {
  name: string;
  [value: string]: unknown;
}
const parameters = (...parameter: Parameter[]): string => JSON.stringify({ resourceType: 'Parameters', parameter });

type Case = [name: string, path: string, body: () => string, more?: { status?: number[]; heavy?: true }];

const gender = 'http://hl7.org/fhir/administrative-gender';
const sets = 'http://hl7.org/fhir/ValueSet/administrative-gender';
const set = (more: object): object => ({ resourceType: 'ValueSet', status: 'active', ...more });
const system = (more: object): object => ({ resourceType: 'CodeSystem', status: 'active', content: 'complete', ...more });
const map = (more: object): object => ({ resourceType: 'ConceptMap', status: 'active', ...more });
const expanding = (valueSet: object): string => parameters({ name: 'valueSet', resource: valueSet });
const text = (name: string, valueString: string): Parameter => ({ name, valueString });
const codes = (times: number): object[] => Array.from({ length: times }, (_, i) => ({ code: `c${i}` }));

const missing: Case[] = [
  ['$expand of nothing', 'ValueSet/$expand', () => parameters()],
  ['$lookup without a code', 'CodeSystem/$lookup', () => parameters(text('system', gender))],
  ['$subsumes of one code', 'CodeSystem/$subsumes', () => parameters(text('codeA', 'male'), text('system', gender))],
  ['$validate-code without a code', 'ValueSet/$validate-code', () => parameters(text('url', sets))],
  ['$validate-code without a value set', 'ValueSet/$validate-code', () => parameters(text('code', 'male'))],
  ['$translate without a map', 'ConceptMap/$translate', () => parameters(text('code', 'male'), text('system', gender))],
  ['$closure without a name', '$closure', () => parameters()],
  [
    'a parameter without a name',
    'ValueSet/$expand',
    () => '{"resourceType":"Parameters","parameter":[{"valueString":"x"}]}',
    { status: [400, 422] },
  ],
  ['a coding without a code', 'CodeSystem/$lookup', () => parameters({ name: 'coding', valueCoding: { system: gender } })],
  [
    'a concept of a closure without a system',
    '$closure',
    () => parameters(text('name', 'x'), { name: 'concept', valueCoding: { code: 'a' } }),
  ],
];

const doubled: Case[] = [
  ['url twice', 'ValueSet/$expand', () => parameters(text('url', sets), text('url', 'http://hl7.org/fhir/ValueSet/contact-point-use'))],
  ['url in the address and in the body', `ValueSet/$expand?url=${sets}`, () => parameters(text('url', 'http://other'))],
  [
    'valueSet twice',
    'ValueSet/$expand',
    () => parameters(...[1, 2].map(() => ({ name: 'valueSet', resource: set({ compose: { include: [] } }) }))),
  ],
  ['count twice', 'ValueSet/$expand', () => parameters(text('url', sets), text('count', '1'), text('count', '2'))],
  ['code twice', 'CodeSystem/$lookup', () => parameters(text('system', gender), text('code', 'male'), text('code', 'female'))],
  [
    'coding twice',
    'CodeSystem/$lookup',
    () => parameters(...['male', 'female'].map((code) => ({ name: 'coding', valueCoding: { system: gender, code } }))),
  ],
  [
    'code and coding',
    'CodeSystem/$lookup',
    () => parameters(text('system', gender), text('code', 'male'), { name: 'coding', valueCoding: { system: gender, code: 'female' } }),
  ],
  [
    'codeA twice',
    'CodeSystem/$subsumes',
    () => parameters(text('system', gender), text('codeA', 'male'), text('codeA', 'female'), text('codeB', 'male')),
  ],
  [
    'reverse twice',
    'ConceptMap/$translate',
    () => parameters(text('url', 'urn:m'), text('code', 'a'), text('system', 'urn:s'), text('reverse', 'true'), text('reverse', 'false')),
  ],
  ['the name of a closure twice', '$closure', () => parameters(text('name', 'a'), text('name', 'b'))],
];

const wrong: Case[] = [
  ['a count that is no number', 'ValueSet/$expand', () => parameters(text('url', sets), text('count', 'many'))],
  ['a negative count', 'ValueSet/$expand', () => parameters(text('url', sets), { name: 'count', valueInteger: -1 })],
  ['an offset beyond all numbers', 'ValueSet/$expand', () => parameters(text('url', sets), text('offset', '9'.repeat(40)))],
  ['a flag that is neither', 'ValueSet/$expand', () => parameters(text('url', sets), text('activeOnly', 'perhaps'))],
  ['a Patient as the value set', 'ValueSet/$expand', () => parameters({ name: 'valueSet', resource: { resourceType: 'Patient' } })],
  ['a text as the value set', 'ValueSet/$expand', () => parameters(text('valueSet', sets))],
  [
    'a number as the code',
    'CodeSystem/$lookup',
    () => parameters({ name: 'coding', valueCoding: { system: gender, code: 7 } }),
    { status: [400, 422] },
  ],
  ['a list as the coding', 'CodeSystem/$lookup', () => parameters({ name: 'coding', valueCoding: [] }), { status: [400, 422] }],
  ['a coding as a text', 'CodeSystem/$lookup', () => parameters(text('coding', `${gender}|male`))],
  ['a compose that is a list', 'ValueSet/$expand', () => expanding(set({ compose: [] })), { status: [400, 422] }],
  ['an include that is a text', 'ValueSet/$expand', () => expanding(set({ compose: { include: ['x'] } })), { status: [400, 422] }],
  ['an include of nothing', 'ValueSet/$expand', () => expanding(set({ compose: { include: [{}] } })), { status: [400, 422] }],
  [
    'a filter by an operator that there is not',
    'ValueSet/$expand',
    () => expanding(set({ compose: { include: [{ system: gender, filter: [{ property: 'concept', op: 'magic', value: 'x' }] }] } })),
    { status: [400, 422] },
  ],
  [
    'a resource that is a list',
    'ValueSet/$expand',
    () => '{"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":[]}]}',
    { status: [400, 422] },
  ],
  [
    'a resource that is a number',
    'ValueSet/$expand',
    () => '{"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":7}]}',
    { status: [400, 422] },
  ],
  [
    'a resource without a type',
    'ValueSet/$expand',
    () => '{"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{}}]}',
    { status: [400, 422] },
  ],
  [
    'parameters that are an object',
    'ValueSet/$expand',
    () => '{"resourceType":"Parameters","parameter":{"name":"url"}}',
    { status: [400, 422] },
  ],
  ['the name of a member that all objects have', 'ValueSet/$expand', () => parameters(text('constructor', 'x'))],
  ['a unit of NUL in a url', 'ValueSet/$expand', () => parameters(text('url', 'http://a\u0000b'))],
  ['a lone surrogate in a url', 'ValueSet/$expand', () => parameters(text('url', 'http://a\ud800b')), { status: [400, 404] }],
  [
    'a url of a megabyte',
    'ValueSet/$expand',
    () => parameters(text('url', `http://${'a'.repeat(1_000_000)}`)),
    { status: [400, 404, 413] },
  ],
  ['a text filter of a megabyte', 'ValueSet/$expand', () => parameters(text('url', sets), text('filter', 'ab '.repeat(333_333)))],
  ['the name of a closure of a megabyte', '$closure', () => parameters(text('name', 'a'.repeat(1_000_000)))],
  [
    'a dependency that is nothing',
    'ConceptMap/$translate',
    () =>
      parameters(
        text('code', 'a'),
        text('system', 'urn:s'),
        { name: 'conceptMap', resource: map({ url: 'urn:m' }) },
        { name: 'dependency' },
      ),
    { status: [200, 400, 422] },
  ],
];

const nested = (depth: number, inside: object): object => {
  let one: object = { name: 'a', ...inside };
  for (let i = 0; i < depth; i++) one = { name: 'a', part: [one] };
  return one;
};
const nestedContains = (depth: number): object => {
  let one: object = { code: 'z', system: 'urn:s' };
  for (let i = 0; i < depth; i++) one = { code: `n${i}`, system: 'urn:s', contains: [one] };
  return one;
};
const nestedConcepts = (depth: number): object => {
  let one: object = { code: 'z' };
  for (let i = 0; i < depth; i++) one = { code: `n${i}`, concept: [one] };
  return one;
};

const deep: Case[] = [
  [
    'parts 25 deep',
    'ValueSet/$expand',
    () => JSON.stringify({ resourceType: 'Parameters', parameter: [nested(25, { valueString: 'x' })] }),
  ],
  [
    'parts 10,000 deep',
    'ValueSet/$expand',
    () => `{"resourceType":"Parameters","parameter":[${'{"name":"a","part":['.repeat(10_000)}1${']}'.repeat(10_000)}]}`,
    { status: [413] },
  ],
  [
    'Parameters in Parameters in Parameters',
    'ValueSet/$expand',
    () =>
      parameters({
        name: 'valueSet',
        resource: { resourceType: 'Parameters', parameter: [{ name: 'valueSet', resource: { resourceType: 'Parameters' } }] },
      }),
  ],
  [
    'an expansion nested 25 deep',
    'ValueSet/$expand',
    () => expanding(set({ expansion: { timestamp: '2026-01-01', contains: [nestedContains(25)] } })),
    { status: [200] },
  ],
  [
    'concepts nested 25 deep',
    'CodeSystem/$validate-code',
    () => parameters({ name: 'codeSystem', resource: system({ url: 'urn:deep', concept: [nestedConcepts(25)] }) }, text('code', 'z')),
    { status: [200] },
  ],
];

const enormous: Case[] = [
  [
    'a value set of 100,000 codes by value',
    'ValueSet/$expand',
    () => expanding(set({ compose: { include: [{ system: 'urn:s', concept: codes(100_000) }] } })),
    { status: [413], heavy: true },
  ],
  [
    'a value set of 20,000 codes by value, all at once',
    'ValueSet/$expand',
    () => expanding(set({ compose: { include: [{ system: 'urn:s', concept: codes(20_000) }] } })),
    { status: [413], heavy: true },
  ],
  [
    'a page of a value set of 20,000 codes by value',
    'ValueSet/$expand',
    () =>
      parameters(
        { name: 'valueSet', resource: set({ compose: { include: [{ system: 'urn:s', concept: codes(20_000) }] } }) },
        text('count', '10'),
      ),
    { status: [200], heavy: true },
  ],
  [
    'an expansion of 15,000 codes by value',
    'ValueSet/$expand',
    () => expanding(set({ expansion: { timestamp: '2026-01-01', contains: codes(15_000).map((one) => ({ ...one, system: 'urn:s' })) } })),
    { status: [413], heavy: true },
  ],
  [
    '10,000 includes by value',
    'ValueSet/$expand',
    () =>
      expanding(
        set({ compose: { include: Array.from({ length: 10_000 }, (_, i) => ({ system: `urn:s${i}`, concept: [{ code: 'a' }] })) } }),
      ),
    { status: [200, 413], heavy: true },
  ],
  [
    '10,000 includes of one system',
    'ValueSet/$expand',
    () => expanding(set({ compose: { include: Array.from({ length: 10_000 }, () => ({ system: gender })) } })),
    { status: [200, 413], heavy: true },
  ],
  [
    '5,000 includes and 5,000 excludes',
    'ValueSet/$expand',
    () =>
      expanding(
        set({
          compose: {
            include: Array.from({ length: 5_000 }, (_, i) => ({ system: 'urn:s', concept: [{ code: `a${i}` }] })),
            exclude: Array.from({ length: 5_000 }, (_, i) => ({ system: 'urn:s', concept: [{ code: `a${i}` }] })),
          },
        }),
      ),
    { status: [200, 413], heavy: true },
  ],
  [
    '5,000 includes with a filter each',
    'ValueSet/$expand',
    () =>
      expanding(
        set({
          compose: {
            include: Array.from({ length: 5_000 }, (_, i) => ({
              system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
              filter: [{ property: 'code', op: 'regex', value: `.*${i}.*` }],
            })),
          },
        }),
      ),
    { status: [200, 413], heavy: true },
  ],
  [
    'a regular expression that would explode',
    'ValueSet/$expand',
    () =>
      expanding(
        set({
          compose: {
            include: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
                filter: [{ property: 'code', op: 'regex', value: '((a|b|.)*)*((a|b|.)*)*x' }],
              },
            ],
          },
        }),
      ),
    { status: [200, 400, 413, 422], heavy: true },
  ],
  [
    'a code system of 15,000 codes by value',
    'CodeSystem/$validate-code',
    () => parameters({ name: 'codeSystem', resource: system({ url: 'urn:big', concept: codes(15_000) }) }, text('code', 'c1')),
    { status: [200], heavy: true },
  ],
  [
    '15,000 codes in a ring by their parents',
    'CodeSystem/$validate-code',
    () =>
      parameters(
        {
          name: 'codeSystem',
          resource: system({
            url: 'urn:ring',
            property: [{ code: 'parent', type: 'code' }],
            concept: Array.from({ length: 5_000 }, (_, i) => ({
              code: `c${i}`,
              property: [{ code: 'parent', valueCode: `c${(i + 1) % 5_000}` }],
            })),
          }),
        },
        text('code', 'c1'),
      ),
    { status: [200], heavy: true },
  ],
  [
    'a codeableConcept of 10,000 codings',
    'ValueSet/$validate-code',
    () =>
      parameters(text('url', sets), {
        name: 'codeableConcept',
        valueCodeableConcept: { coding: Array.from({ length: 10_000 }, (_, i) => ({ system: gender, code: `x${i}` })) },
      }),
    { status: [200, 413], heavy: true },
  ],
  [
    'a closure of 10,000 concepts',
    '$closure',
    () =>
      parameters(
        text('name', 'hostile'),
        ...Array.from({ length: 10_000 }, (_, i) => ({ name: 'concept', valueCoding: { system: gender, code: `x${i}` } })),
      ),
    { status: [400, 404, 413], heavy: true },
  ],
  [
    'a map of 10,000 elements by value',
    'ConceptMap/$translate',
    () =>
      parameters(text('code', 'c1'), text('system', 'urn:s'), {
        name: 'conceptMap',
        resource: map({
          url: 'urn:m',
          group: [
            {
              source: 'urn:s',
              element: Array.from({ length: 8_000 }, () => ({ code: 'c1', target: [{ equivalence: 'equal', code: 'x' }] })),
            },
          ],
        }),
      }),
    { status: [200, 413], heavy: true },
  ],
  [
    '100 codings asked of a map of 5,000 elements',
    'ConceptMap/$translate',
    () =>
      parameters(
        { name: 'codeableConcept', valueCodeableConcept: { coding: Array.from({ length: 100 }, () => ({ system: 'urn:s', code: 'c1' })) } },
        {
          name: 'conceptMap',
          resource: map({
            url: 'urn:m',
            group: [
              {
                source: 'urn:s',
                element: Array.from({ length: 8_000 }, () => ({ code: 'c1', target: [{ equivalence: 'equal', code: 'x' }] })),
              },
            ],
          }),
        },
      ),
    { status: [200, 413], heavy: true },
  ],
];

const rings: Case[] = [
  [
    'a value set by value that includes itself',
    'ValueSet/$expand',
    () => expanding(set({ url: 'urn:self', compose: { include: [{ valueSet: ['urn:self'] }] } })),
  ],
  [
    'one that excludes itself',
    'ValueSet/$expand',
    () => expanding(set({ url: 'urn:self', compose: { include: [{ system: gender }], exclude: [{ valueSet: ['urn:self'] }] } })),
  ],
  [
    'one that includes itself in a version',
    'ValueSet/$expand',
    () => expanding(set({ url: 'urn:self', version: '1', compose: { include: [{ valueSet: ['urn:self|1'] }] } })),
  ],
  [
    'whether a code is in a value set that includes itself',
    'ValueSet/$validate-code',
    () =>
      parameters(
        { name: 'valueSet', resource: set({ url: 'urn:self', compose: { include: [{ valueSet: ['urn:self'] }] } }) },
        text('code', 'a'),
        text('system', 'urn:s'),
      ),
    { status: [404] },
  ],
  [
    'a map by value that sends on to itself',
    'ConceptMap/$translate',
    () =>
      parameters(text('code', 'a'), text('system', 'urn:s'), {
        name: 'conceptMap',
        resource: map({
          url: 'urn:m',
          group: [{ source: 'urn:s', element: [], unmapped: { mode: 'other-map', url: 'urn:m' } }].map(({ element: _, ...rest }) => ({
            ...rest,
            element: [{ code: 'z' }],
          })),
        }),
      }),
  ],
  [
    'a map by value without an address that sends on to nothing',
    'ConceptMap/$translate',
    () =>
      parameters(text('code', 'a'), text('system', 'urn:s'), {
        name: 'conceptMap',
        resource: map({ group: [{ source: 'urn:s', element: [{ code: 'z' }], unmapped: { mode: 'other-map', url: '' } }] }),
      }),
    { status: [400, 404, 422] },
  ],
];

const kinds: [string, Case[], number[]][] = [
  ['missing', missing, [400]],
  ['doubled', doubled, [400]],
  ['wrong', wrong, [400]],
  ['deep', deep, [400, 422]],
  ['enormous', enormous, [200]],
  ['rings', rings, [400]],
];

export const terminologyAttacks: Attack[] = kinds.flatMap(([, cases, usual]) =>
  cases.map(([name, path, body, { status = usual, heavy } = {}]) => ({
    name,
    status,
    run: posting(`/${path}`, body),
    ...(heavy === undefined ? {} : { heavy }),
  })),
);

/** The same by the address. */
export const terminologyAddresses: Attack[] = [
  ['url twice', `ValueSet/$expand?url=${sets}&url=http://other`],
  ['a value set in the address', 'ValueSet/$expand?valueSet=%7B%7D'],
  ['a count of letters', `ValueSet/$expand?url=${sets}&count=x`],
  ['a code of NUL', `CodeSystem/$lookup?system=${gender}&code=%00`],
  ['a code twice', `CodeSystem/$lookup?system=${gender}&code=male&code=female`],
  ['an unknown parameter', `ValueSet/$expand?url=${sets}&__proto__=x`],
].map(([name, path]) => ({ name: `${name} in the address`, status: [400, 404], run: (target) => ask(target, { path: `/fhir/${path}` }) }));
