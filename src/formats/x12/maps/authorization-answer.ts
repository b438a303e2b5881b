// The answer to an authorisation (278 with BHT-02 11, 005010X217): what was decided of the event and of each service, until when it holds,
// how much of it. A ClaimResponse; its services are lines that the payer names itself (`addItem`), since an answer does not count those of
// the question. Where R4 has no element, those of Da Vinci Prior Authorization Support, which maps this transaction set.
import type { Json } from '../../../fhir/json.ts';
import { type Codec, code, concept, date, decimal, money, text, timing, timingForm } from '../codec.ts';
import { isNode } from '../node.ts';
import { references } from '../party.ts';
import type { Row, Spec } from '../spec.ts';
import { orElse, type Stage } from '../stage.ts';
import { de, systems } from '../systems.ts';
import { about, absent, ofService, period, periodForm, unit } from './words.ts';

const pas = (name: string): string => `http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-${name}`;

/** An extension with one value, which is what the codec reads. */
const extended = (url: string, member: string, codec: Codec): Codec => ({
  read(one, context) {
    const value = codec.read(one, context);
    return value === undefined ? undefined : { url, [member]: value };
  },
  write: (value, context) =>
    isNode(value) && value['url'] === url && value[member] !== undefined ? codec.write(value[member]!, context) : undefined,
  says: codec.says === undefined ? member : `${member}.${codec.says}`,
});

/** AAA: why there is no decision, and what is to be done about it. */
export const problems: Spec[] = [
  {
    tag: 'AAA',
    on: 'answer',
    needs: ['03'],
    rows: [
      ['03', 'error[+].code', concept(de(901))],
      ['04', 'error[+].extension[0]', extended(pas('errorFollowupAction'), 'valueCodeableConcept', concept(de(889)))],
    ],
  },
];

/** HSD: how much is authorised: twelve visits, or two a week for six weeks. */
const quantities = (on: string): Spec => ({
  tag: 'HSD',
  on,
  needs: ['01', '02'],
  fixed: Object.fromEntries(
    ['quantity', 'unit', 'period', 'pattern', 'time'].map((one) => [`adjudication[+${one}].category`, about(`authorized ${one}`)]),
  ),
  rows: [
    ['01', 'adjudication[+quantity].reason', concept(de(673))],
    ['02', 'adjudication[+quantity].value', decimal],
    ['03', 'adjudication[+unit].reason', concept(de(355))],
    ['04', 'adjudication[+unit].value', decimal],
    ['05', 'adjudication[+period].reason', concept(de(615))],
    ['06', 'adjudication[+period].value', decimal],
    ['07', 'adjudication[+pattern].reason', concept(de(678))],
    ['08', 'adjudication[+time].reason', concept(de(679))],
  ],
});

const action = about('review action');
/** HCR of the event: what was decided, under which number, and why not. */
const decision: Spec = {
  tag: 'HCR',
  on: 'answer',
  fixed: { 'adjudication[+action].category': action },
  rows: [
    ['01', 'adjudication[+action].reason', concept(de(306))],
    ['02', 'preAuthRef', code],
    ['03', 'error[+].code', concept(de(1271))],
  ],
};

/** REF NT and BB: numbers that the reviewer has given out. */
export const answerSpecs: Spec[] = [
  { tag: 'UM', on: 'answer', rows: [['01', 'subType', concept(de(1525))]] },
  decision,
  ...references('answer'),
  {
    tag: 'DTP',
    on: 'answer',
    when: { '01': '007' },
    needs: ['03'],
    unlessSaid: ['preAuthPeriod'],
    rows: [
      ['02', 'preAuthPeriod', periodForm],
      ['03', 'preAuthPeriod', period],
    ],
  },
  {
    tag: 'DTP',
    on: 'answer',
    when: { '01': '036', '02': 'D8' },
    needs: ['03'],
    unlessSaid: ['preAuthPeriod.end'],
    instead: true,
    rows: [['03', 'preAuthPeriod.end', date]],
  },
  quantities('answer'),
  { tag: 'MSG', on: 'answer', needs: ['01'], rows: [['01', 'processNote[+].text', text]] },
];

/** Number of a decision about one service: it has no place of its own in R4. */
const reviewNumber: Codec = {
  read(one, context) {
    const valueString = code.read(one, context);
    return valueString === undefined ? undefined : { url: pas('reviewAction'), extension: [{ url: 'number', valueString }] };
  },
  write(value) {
    const inner: Json[] =
      isNode(value) && value['url'] === pas('reviewAction') && Array.isArray(value['extension']) ? value['extension'] : [];
    const number = inner.find((one) => isNode(one) && one['url'] === 'number');
    return isNode(number) && typeof number['valueString'] === 'string' ? number['valueString'] : undefined;
  },
  says: 'extension[0].valueString',
};

const line = 'answered';
const extensionOf = (name: string, at: string, member: string, codec: Codec): Row => [at, `extension[+${name}].${member}`, codec];
const service = (tag: string, place: string, rows: readonly Row[]): Spec[] =>
  ofService({ tag, on: line, rows }, place, 'productOrService', 'modifier');

export const answerLineSpecs: Spec[] = [
  ...problems,
  {
    tag: 'HCR',
    on: line,
    fixed: { 'adjudication[+action].category': action, 'adjudication[+why].category': about('review decision reason') },
    rows: [
      ['01', 'adjudication[+action].reason', concept(de(306))],
      ['02', 'adjudication[+action].extension[0]', reviewNumber],
      ['03', 'adjudication[+why].reason', concept(de(1271))],
    ],
  },
  ...(['BB', 'NT'] as const).map((kind): Spec => {
    const url = pas(kind === 'BB' ? 'authorizationNumber' : 'administrationReferenceNumber');
    return {
      tag: 'REF',
      on: line,
      when: { '01': kind },
      needs: ['02'],
      fixed: { 'extension[+].url': url },
      rows: [['02', 'extension[+].valueString', code]],
    };
  }),
  {
    tag: 'DTP',
    on: line,
    when: { '01': '472' },
    needs: ['03'],
    rows: [
      ['02', '', timingForm('serviced')],
      ['03', '', timing('serviced')],
    ],
  },
  {
    tag: 'DTP',
    on: line,
    when: { '01': '102', '02': 'D8' },
    needs: ['03'],
    fixed: { 'extension[+issued].url': pas('itemPreAuthIssueDate') },
    rows: [extensionOf('issued', '03', 'valueDate', date)],
  },
  {
    tag: 'DTP',
    on: line,
    when: { '01': '007' },
    needs: ['03'],
    fixed: { 'extension[+valid].url': pas('itemPreAuthPeriod') },
    rows: [extensionOf('valid', '02', 'valuePeriod', periodForm), extensionOf('valid', '03', 'valuePeriod', period)],
  },
  ...service('SV1', '01.1', [
    ['02', 'net', money],
    ['03', 'quantity', unit],
    ['04', 'quantity.value', decimal],
  ]),
  // Room and board has no procedure: the revenue code says what it is.
  {
    tag: 'SV2',
    on: line,
    unless: ['02.2'],
    needs: ['01'],
    rows: [
      ['01', 'productOrService', concept(systems.revenue)],
      ['03', 'net', money],
      ['04', 'quantity', unit],
      ['05', 'quantity.value', decimal],
    ],
  },
  ...service('SV2', '02.1', [
    ['03', 'net', money],
    ['04', 'quantity', unit],
    ['05', 'quantity.value', decimal],
  ]),
  ...service('SV3', '01.1', [
    ['02', 'net', money],
    ['04', 'bodySite', concept(de(1361))],
    ['06', 'quantity.value', decimal],
  ]),
  quantities(line),
];

/** The same where a service is written: as the one segment that fits it. */
export const answerLineSpecsOf = (tag: string): Spec[] => answerLineSpecs.filter((one) => one.tag === tag || !one.tag.startsWith('SV'));

/** A service of an answer; FHIR demands what it is and what was decided. */
export function openAnswered(stage: Stage): void {
  const answer = stage.roles.get('answer');
  if (answer === undefined) return;
  const one = stage.is(line, stage.heard.push(answer, 'addItem', {}));
  stage.later(() => {
    orElse(one, 'productOrService', absent);
    orElse(one, 'adjudication', [{ category: about('not stated') }]);
  });
}
