// Bodies that are too deep, too large, too many or not what they say: plain JSON from outside.
import { type Attack, ask, megabyte, posting, repeated } from './attack.ts';

const deep = 1_000_000;
const nested = (begin: string, end: string, times = deep): string => begin.repeat(times) + end.repeat(times);
const inPatient = (member: string): string => `{"resourceType":"Patient",${member}}`;

const depth: Attack[] = [
  { name: 'a million arrays inside one another', body: () => nested('[', ']') },
  { name: 'a million objects inside one another', body: () => `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}` },
  { name: 'a million arrays in a value', body: () => inPatient(`"birthDate":${nested('[', ']')}`) },
  { name: 'a million extensions inside one another', body: () => inPatient(`"extension":${nested('[{"extension":', '}]')}`) },
  { name: 'a million contained resources inside one another', body: () => nested('{"resourceType":"Patient","contained":[', ']}') },
  { name: 'a million arrays that never close', body: () => inPatient(`"a":${'['.repeat(deep)}`) },
].map(({ name, body }) => ({ name, status: [413], run: posting('/Patient', body), heavy: true }));

/** As deep as JSON may be here: refused for what it is. */
const nearlyTooDeep: Attack[] = [
  {
    name: '60 contained resources inside one another',
    body: inPatient(
      `"contained":[${'{"resourceType":"Patient","id":"a","contained":['.repeat(29)}{"resourceType":"Patient","id":"z"}${']}'.repeat(29)}]`,
    ),
  },
  {
    name: 'a Questionnaire that is its own item, 30 deep',
    body: `{"resourceType":"Questionnaire","status":"draft",${'"item":[{'.repeat(30)}"linkId":"1"${'}]'.repeat(30)}}`,
  },
].map(({ name, body }) => ({ name, status: [422], run: posting(`/${/"resourceType":"(\w+)"/.exec(body)![1]}`, () => body) }));

const div = '<div xmlns=\\"http://www.w3.org/1999/xhtml\\">';
const extension = '{"url":"http://example.org/a","valueString":"b"}';
const chunkedPatient = (bytes: number) => (): Iterable<Uint8Array> =>
  repeated('{"resourceType":"Patient","extension":[', `${extension},`, Math.ceil(bytes / extension.length), `${extension}]}`);
const garbage = (bytes: number) => (): Iterable<Uint8Array> => repeated('', '}{"]', Math.ceil(bytes / 4), '');
const oneText = (bytes: number) => (): Iterable<Uint8Array> => repeated('{"resourceType":"Patient","language":"', 'a', bytes, '"}');
const together = (pieces: Iterable<Uint8Array>): Uint8Array => Buffer.concat([...pieces]);

const size: Attack[] = [10, 100].flatMap((megabytes): Attack[] => {
  const bytes = megabytes * megabyte;
  const tooLarge = megabytes > 32;
  return [
    { name: `${megabytes} MB of well-formed JSON in chunks`, status: [413], run: posting('/Patient', chunkedPatient(bytes)), heavy: true },
    {
      name: `${megabytes} MB of well-formed JSON with its length`,
      status: [413],
      run: posting('/Patient', () => together(chunkedPatient(bytes)())),
      heavy: true,
    },
    { name: `${megabytes} MB of one text`, status: [tooLarge ? 413 : 422], run: posting('/Patient', oneText(bytes)), heavy: true },
    {
      name: `${megabytes} MB that are no JSON in chunks`,
      status: [tooLarge ? 413 : 400],
      run: posting('/Patient', garbage(bytes)),
      heavy: true,
    },
    {
      name: `${megabytes} MB that are no JSON with their length`,
      status: [tooLarge ? 413 : 400],
      run: posting('/Patient', () => together(garbage(bytes)())),
      heavy: true,
    },
    {
      name: `${megabytes} MB of blanks`,
      status: [tooLarge ? 413 : 400],
      run: posting('/Patient', () => repeated('', ' ', bytes, '{}')),
      heavy: true,
    },
    {
      name: `${megabytes} MB of digits`,
      status: [tooLarge ? 413 : 400],
      run: posting('/Patient', () => repeated('{"resourceType":"Patient","multipleBirthInteger":1', '0', bytes, '}')),
      heavy: true,
    },
    {
      name: `${megabytes} MB of escapes`,
      status: [tooLarge ? 413 : 422],
      run: posting('/Patient', () => repeated('{"resourceType":"Patient","language":"', '\\u00e9', Math.floor(bytes / 6), '"}')),
      heavy: true,
    },
    {
      name: `${megabytes} MB as the name of an element`,
      status: [tooLarge ? 413 : 400],
      run: posting('/Patient', () => repeated('{"resourceType":"Patient","', 'a', bytes, '":1}')),
      heavy: true,
    },
  ];
});

const entry = '{"request":{"method":"GET","url":"Patient/1"}}';
const entries = (type: string, one: string, times: number) => (): Iterable<Uint8Array> =>
  repeated(`{"resourceType":"Bundle","type":"${type}","entry":[`, `${one},`, times - 1, `${one}]}`);
const created = '{"resource":{"resourceType":"Patient","active":7},"request":{"method":"POST","url":"Patient"}}';

const bundles: Attack[] = ['batch', 'transaction'].flatMap((type): Attack[] => [
  { name: `a ${type} of a million empty entries`, status: [413], run: posting('', entries(type, '{}', 1_000_000)), heavy: true },
  { name: `a ${type} of a million reads`, status: [413], run: posting('', entries(type, entry, 1_000_000)), heavy: true },
  { name: `a ${type} of 90,000 empty entries`, status: [413], run: posting('', entries(type, '{}', 90_000)), heavy: true },
  {
    name: `a ${type} inside ${type === 'batch' ? 'a' : 'another'} ${type}`,
    status: [400],
    run: posting(
      '',
      entries(type, `{"resource":{"resourceType":"Bundle","type":"${type}","entry":[${entry}]},"request":{"method":"POST","url":"/"}}`, 1),
    ),
  },
]);
bundles.push(
  { name: 'a transaction of 20,000 wrong patients', status: [422], run: posting('', entries('transaction', created, 20_000)), heavy: true },
  {
    name: 'a stored Bundle of 90,000 empty entries',
    status: [413, 422],
    run: posting('/Bundle', entries('collection', '{}', 90_000)),
    heavy: true,
  },
  {
    name: 'a transaction of 20,000 good patients and a wrong one',
    status: [422],
    run: posting('', () =>
      repeated('{"resourceType":"Bundle","type":"transaction","entry":[', `${created.replace('7', 'true')},`, 19_999, `${created}]}`),
    ),
    heavy: true,
  },
  {
    name: 'a transaction of 2,000 conditional references',
    status: [413],
    run: posting('', () => {
      const all = Array.from(
        { length: 2_000 },
        (_, i) =>
          `{"resource":{"resourceType":"Observation","status":"final","code":{"text":"a"},"subject":{"reference":"Patient?identifier=a|${i}"}},"request":{"method":"POST","url":"Observation"}}`,
      );
      return `{"resourceType":"Bundle","type":"transaction","entry":[${all.join(',')}]}`;
    }),
    heavy: true,
  },
);

/** Elements that multiply: one resource just below what may be read. */
const many: Attack[] = [
  {
    name: '49,000 values that are no elements',
    status: [422],
    body: () => inPatient(Array.from({ length: 49_000 }, (_, i) => `"a${i}":1`).join(',')),
  },
  { name: '49,000 wrong names', status: [422], body: () => inPatient(`"name":[{"given":[${'7,'.repeat(48_999)}7]}]`) },
  {
    name: '16,000 contained resources of one id',
    status: [422],
    body: () => inPatient(`"contained":[${Array.from({ length: 16_000 }, () => '{"resourceType":"Patient","id":"a"}').join(',')}]`),
  },
  {
    name: 'a narrative of 10 MB with a script at its end',
    status: [422],
    body: () => inPatient(`"text":{"status":"generated","div":"${div}${'<b>a</b>'.repeat(1_300_000)}<script>a</script></div>"}`),
  },
  {
    name: 'a narrative of 10 MB of references to characters, one of them wrong',
    status: [422],
    body: () => inPatient(`"text":{"status":"generated","div":"${div}${'&#65;'.repeat(2_000_000)}&#0;</div>"}`),
  },
  {
    name: 'a narrative of 10 MB of attributes, one of them twice',
    status: [422],
    body: () => inPatient(`"text":{"status":"generated","div":"${div}${"<i id='a' dir='b'/>".repeat(550_000)}<i id='a' id='b'/></div>"}`),
  },
  {
    name: 'a narrative whose link is 10 MB of blanks before a script',
    status: [422],
    body: () => inPatient(`"text":{"status":"generated","div":"${div}<a href='${' '.repeat(10_000_000)}javascript:a'>a</a></div>"}`),
  },
  {
    name: '3,000 contained resources with a long narrative, the last with a script',
    status: [422],
    body: () =>
      inPatient(
        `"contained":[${Array.from({ length: 3_000 }, (_, i) => `{"resourceType":"Basic","id":"a${i}","code":{"text":"a"},"text":{"status":"generated","div":"${div}${'<b>a</b>'.repeat(400)}${i === 2_999 ? '<script>a</script>' : ''}</div>"}}`).join(',')}]`,
      ),
  },
  {
    name: 'a narrative of a million open elements',
    status: [422],
    body: () => inPatient(`"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">${'<b>'.repeat(1_000_000)}"}`),
  },
  {
    name: 'a name of 10 MB in a good patient',
    status: [413, 422],
    body: () => inPatient(`"name":[{"family":"${'İ'.repeat(5_000_000)}"}]`),
  },
  { name: 'a base64 of 10 MB that ends wrong', status: [422], body: () => inPatient(`"photo":[{"data":"${'AAAA'.repeat(2_500_000)}A"}]`) },
].map(({ name, status, body }) => ({ name, status, run: posting('/Patient', body), heavy: true }));

const bytes = (...parts: (string | number[])[]): Uint8Array => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const family = (text: string): string => inPatient(`"name":[{"family":"${text}"}]`);

const letters: [name: string, status: number, body: string | Uint8Array][] = [
  ['a name twice in one object', 400, inPatient('"active":true,"active":false')],
  ['resourceType twice', 400, '{"resourceType":"Patient","resourceType":"Observation"}'],
  ['a name twice, once as an escape', 400, inPatient('"active":true,"\\u0061ctive":false')],
  ['__proto__', 400, inPatient('"__proto__":{"active":true}')],
  ['__proto__ as an escape', 400, inPatient('"\\u005f_proto__":{"active":true}')],
  ['constructor', 422, inPatient('"constructor":{"prototype":{"active":true}}')],
  ['toString and valueOf', 422, inPatient('"toString":1,"valueOf":2,"hasOwnProperty":3')],
  ['toJSON', 422, inPatient('"name":[{"toJSON":1}]')],
  ['a resourceType that is a method', 422, '{"resourceType":"constructor"}'],
  ['a resourceType that is an object', 422, '{"resourceType":{"toString":"Patient"}}'],
  ['half of a surrogate pair', 400, family('\\ud800')],
  ['surrogates in the wrong order', 400, family('\\udc00\\ud800')],
  ['NUL', 400, family('a\\u0000b')],
  ['NUL as a byte', 400, family('a\0b')],
  ['a control character', 400, family('a\u0007b')],
  ['bytes that are no UTF-8', 400, bytes('{"resourceType":"Patient","language":"', [0xff, 0xfe], '"}')],
  ['an overlong slash', 400, bytes('{"resourceType":"Patient","language":"', [0xc0, 0xaf], '"}')],
  ['a surrogate as UTF-8', 400, bytes('{"resourceType":"Patient","language":"', [0xed, 0xa0, 0x80], '"}')],
  ['UTF-16', 400, bytes([0xff, 0xfe], [...Buffer.from('{"resourceType":"Patient"}', 'utf16le')])],
  ['UTF-16 without a mark', 400, Buffer.from('{"resourceType":"Patient"}', 'utf16le')],
  ['two byte order marks', 400, bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], '{"resourceType":"Patient"}')],
  ['1e999999', 400, inPatient('"multipleBirthInteger":1e999999')],
  ['-1e999999', 400, inPatient('"multipleBirthInteger":-1e999999')],
  ['1e-999999', 400, inPatient('"multipleBirthInteger":1e-999999')],
  ['10,000 digits', 400, inPatient(`"multipleBirthInteger":${'9'.repeat(10_000)}`)],
  ['10,000 decimals', 400, inPatient(`"multipleBirthInteger":0.${'9'.repeat(10_000)}`)],
  ['an integer of 33 bits', 422, inPatient('"multipleBirthInteger":4294967296')],
  ['NaN', 400, inPatient('"multipleBirthInteger":NaN')],
  ['Infinity', 400, inPatient('"multipleBirthInteger":-Infinity')],
  ['a hexadecimal number', 400, inPatient('"multipleBirthInteger":0x10')],
  ['a leading zero', 400, inPatient('"multipleBirthInteger":01')],
  ['a comma at the end', 400, inPatient('"active":true,')],
  ['a comment', 400, inPatient('/* a */"active":true')],
  ['two documents', 400, `${inPatient('"active":true')}${inPatient('"active":true')}`],
  ['an array of patients', 422, `[${inPatient('"active":true')}]`],
  ['null', 422, 'null'],
  ['a text', 422, '"Patient"'],
  ['a number', 422, '1'],
  ['an empty object', 422, '{}'],
  ['an empty body', 400, ''],
  ['blanks', 400, '   '],
  ['another type', 422, '{"resourceType":"Observation","status":"final","code":{"text":"a"}}'],
  ['XML', 400, '<Patient xmlns="http://hl7.org/fhir"/>'],
  ['an XML bomb', 400, '<!DOCTYPE a [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><Patient>&b;</Patient>'],
  ['an id with a path', 422, inPatient('"id":"../../etc/passwd"')],
  [
    'a narrative with a script',
    422,
    inPatient('"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><script>alert(1)</script></div>"}'),
  ],
];

/** A length that is not the body's. What is missing never comes: the other side ends. */
const lengths: Attack[] = [
  {
    name: 'a length of 10 GB',
    status: [413],
    run: (target) =>
      ask(target, {
        method: 'POST',
        path: '/fhir/Patient',
        headers: { 'content-length': '10000000000' },
        body: repeated('', 'a', 2 * megabyte, ''),
      }),
  },
];

export const bodyAttacks: Attack[] = [
  ...depth,
  ...nearlyTooDeep,
  ...size,
  ...bundles,
  ...many,
  ...letters.map(([name, status, body]): Attack => ({ name, status: [status], run: posting('/Patient', () => body) })),
  ...lengths,
];
