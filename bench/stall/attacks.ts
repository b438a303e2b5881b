// The attacks that are measured: the heavy ones of the journey (test/hostile), and what is large and yet allowed.
import { gzipSync } from 'node:zlib';
import { addressAttacks } from '../../test/hostile/addresses.ts';
import { type Attack, ask, posting, repeated } from '../../test/hostile/attack.ts';
import { bodyAttacks } from '../../test/hostile/bodies.ts';
import { packedAttacks } from '../../test/hostile/packed.ts';
import { patchAttacks } from '../../test/hostile/patches.ts';
import { searchAttacks } from '../../test/hostile/searches.ts';
import { signInAttacks } from '../../test/hostile/sign-ins.ts';
import { terminologyAttacks } from '../../test/hostile/terminology.ts';
import { xmlAttacks } from '../../test/hostile/xml.ts';

const observation = (i: number): string =>
  `{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}],"text":"Systolic"},"subject":{"reference":"Patient/${i}"},"effectiveDateTime":"2026-01-02T03:04:05Z","valueQuantity":{"value":${100 + (i % 60)},"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}`;
const entries = (type: string, times: number): string =>
  `{"resourceType":"Bundle","type":"${type}","entry":[${Array.from({ length: times }, (_, i) => `{"resource":${observation(i)},"request":{"method":"POST","url":"Observation"}}`).join(',')}]}`;

/** Not hostile, only large: whoever sends this must not stop the others either. */
const allowed: Attack[] = [
  {
    name: 'allowed: a Binary of 10 MB',
    status: [201],
    run: posting('/Binary', () => repeated('{"resourceType":"Binary","contentType":"a/b","data":"', 'AAAA', 2_500_000, '"}')),
  },
  {
    name: 'allowed: a Binary of 20 MB',
    status: [201],
    run: posting('/Binary', () => repeated('{"resourceType":"Binary","contentType":"a/b","data":"', 'AAAA', 5_000_000, '"}')),
  },
  {
    name: 'allowed: the same, packed',
    status: [201],
    run: posting('/Binary', () => gzipSync(`{"resourceType":"Binary","contentType":"a/b","data":"${'ABCD'.repeat(5_000_000)}"}`), {
      'content-encoding': 'gzip',
    }),
  },
  { name: 'allowed: a transaction of 5,000 Observations', status: [200], run: posting('', () => entries('transaction', 5_000)) },
  { name: 'allowed: a batch of 2,000 Observations', status: [200], run: posting('', () => entries('batch', 2_000)) },
  {
    name: 'allowed: a stored Bundle of 10,000 Observations',
    status: [201],
    run: posting(
      '/Bundle',
      () =>
        `{"resourceType":"Bundle","type":"collection","entry":[${Array.from({ length: 10_000 }, (_, i) => `{"resource":${observation(i)}}`).join(',')}]}`,
    ),
  },
  {
    name: 'allowed: a Patient of 15,000 extensions',
    status: [201],
    run: posting('/Patient', () =>
      repeated(
        '{"resourceType":"Patient","extension":[',
        '{"url":"http://a.b","valueString":"c"},',
        15_000,
        '{"url":"http://a.b","valueString":"c"}]}',
      ),
    ),
  },
  {
    name: 'allowed: a Patient of 12,000 names',
    status: [201],
    run: posting('/Patient', () =>
      repeated('{"resourceType":"Patient","name":[', '{"family":"Abcdefgh","given":["İjk"]},', 12_000, '{"family":"c"}]}'),
    ),
  },
  {
    name: 'allowed: a narrative of 10 MB',
    status: [201],
    run: posting('/Basic', () =>
      repeated(
        '{"resourceType":"Basic","code":{"text":"a"},"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">',
        '<b>a</b>',
        1_300_000,
        '</div>"}}',
      ),
    ),
  },
  {
    name: 'allowed: a page of 1,000 Observations, _pretty',
    status: [200],
    run: (target) => ask(target, { path: '/fhir/Observation?_count=1000&_pretty=true' }),
  },
  {
    name: 'allowed: a page of 1,000 Observations as XML',
    status: [200],
    run: (target) => ask(target, { path: '/fhir/Observation?_count=1000&_format=xml' }),
  },
  {
    name: 'allowed: a stored Bundle of 5,000 Patients in XML',
    status: [201],
    run: posting(
      '/Bundle',
      () =>
        repeated(
          '<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>',
          '<entry><resource><Patient><name><family value="Abcdefgh"/><given value="Ada"/></name><birthDate value="1970-01-02"/></Patient></resource></entry>',
          5_000,
          '</Bundle>',
        ),
      { 'content-type': 'application/fhir+xml' },
    ),
  },
  {
    name: 'allowed: a page of 1,000 Observations, _elements',
    status: [200],
    run: (target) => ask(target, { path: '/fhir/Observation?_count=1000&_elements=code' }),
  },
  {
    name: 'allowed: a batch of 200 such pages',
    status: [200],
    run: posting(
      '',
      () =>
        `{"resourceType":"Bundle","type":"batch","entry":[${Array.from({ length: 200 }, () => '{"request":{"method":"GET","url":"Observation?_count=1000"}}').join(',')}]}`,
    ),
  },
  {
    name: 'allowed: a search by 20 _has',
    status: [200, 503, 400, 413],
    run: posting('/Patient/_search', () => Array.from({ length: 20 }, (_, i) => `_has:Observation:patient:code=a${i}`).join('&'), {
      'content-type': 'application/x-www-form-urlencoded',
    }),
  },
];

export const measured: Attack[] = [
  ...[
    ...bodyAttacks,
    ...xmlAttacks,
    ...packedAttacks,
    ...patchAttacks,
    ...searchAttacks,
    ...signInAttacks,
    ...addressAttacks,
    ...terminologyAttacks,
  ].filter(({ heavy }) => heavy === true),
  ...allowed,
];
