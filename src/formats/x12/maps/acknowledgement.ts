// 999 (005010X231), 997 and TA1 → Task: what a receiver says of what was sent to it, and of each transaction in it. R4 says what became
// of something that was sent as a Task with that as its focus, as for the batches of a 277CA: `rejected` is what somebody must look at,
// `businessStatus` the receiver's own word, `statusReason` why, and each fault of a segment or element stands in the output, in its order.
import type { Resource } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { type Codec, code, codingOf, concept, text } from '../codec.ts';
import type { Place } from '../heard.ts';
import { isNode, type Node } from '../node.ts';
import type { OutLoop } from '../speak.ts';
import type { Row, Spec } from '../spec.ts';
import { type OpenLoopMap, reference, type Stage, set, type TransactionMap } from '../stage.ts';
import { de } from '../systems.ts';
import { Chart, listOf, out, valueAt } from './plan.ts';
import { about, coding } from './words.ts';

/** What a 997 calls otherwise: its segments, and the data elements of their codes. */
interface Names {
  set: string;
  setFault: number;
  segment: string;
  segmentFault: number;
  element: string;
  elementFault: number;
}
const names999: Names = { set: 'IK5', setFault: 618, segment: 'IK3', segmentFault: 620, element: 'IK4', elementFault: 621 };
const names997: Names = { set: 'AK5', setFault: 718, segment: 'AK3', segmentFault: 720, element: 'AK4', elementFault: 723 };

/** A whole number, as `valueInteger`. */
const count: Codec = {
  read: (one) => (/^\d{1,9}$/.test(one) ? Number(one) : undefined),
  write: (value) => (typeof value === 'number' && Number.isInteger(value) ? String(value) : undefined),
};

type Said = readonly [at: string, what: string, member: string, codec: Codec];

/** Elements of a segment, each a piece of output under our own short name. */
const outputs = (tag: string, on: string, entries: readonly Said[], rows: readonly Row[] = []): Spec => ({
  tag,
  on,
  fixed: Object.fromEntries(entries.map(([at, what]) => [`output[+e${at.replace('.', 'c')}].type`, about(what)])),
  rows: [...rows, ...entries.map(([at, , member, codec]): Row => [at, `output[+e${at.replace('.', 'c')}].${member}`, codec])],
});

/** Why, as up to five codes of one concept. */
const reasons = (first: number, element: number): Row[] =>
  [0, 1, 2, 3, 4].map((one): Row => [String(first + one).padStart(2, '0'), `statusReason.coding[${one}]`, coding(de(element))]);

const focus = (tag: string, on: string, kind: number, guide: string): Spec => ({
  tag,
  on,
  fixed: { 'input[+].type': about(guide) },
  rows: [
    ['01', 'focus.identifier.type', concept(de(kind))],
    ['02', 'focus.identifier.value', code],
    ['03', 'input[+].valueString', text],
  ],
});

/** CTX of a segment or element: the situation that made it wrong (`SITUATIONAL TRIGGER`), or whose it is (`CLM01`, a number). */
const situation: Spec = outputs('CTX', 'fault', [
  ['01.1', 'context', 'valueString', text],
  ['01.2', 'context value', 'valueString', text],
  ['02', 'context segment', 'valueString', text],
  ['03', 'context segment position', 'valueInteger', count],
  ['04', 'context loop', 'valueString', text],
  ['05.1', 'context element', 'valueInteger', count],
  ['05.2', 'context component', 'valueInteger', count],
]);

const segmentFault = (names: Names): Spec =>
  outputs(names.segment, 'fault', [
    ['01', 'segment', 'valueString', text],
    ['02', 'segment position', 'valueInteger', count],
    ['03', 'segment loop', 'valueString', text],
    ['04', 'segment fault', 'valueCodeableConcept', concept(de(names.segmentFault))],
  ]);
const elementFault = (names: Names): Spec =>
  outputs(names.element, 'fault', [
    ['01.1', 'element', 'valueInteger', count],
    ['01.2', 'component', 'valueInteger', count],
    ['01.3', 'repetition', 'valueInteger', count],
    ['02', 'data element', 'valueString', text],
    ['03', 'element fault', 'valueCodeableConcept', concept(de(names.elementFault))],
    ['04', 'element text', 'valueString', text],
  ]);

/** Accepted, with errors or without, is done; partly accepted is not, since something was rejected. */
const statusOf = (said: string): string => (said === '' ? 'on-hold' : /^[AE]$/.test(said) ? 'completed' : 'rejected');

function openTask(stage: Stage, role: string, verdict: string): Place {
  const task = stage.heard.makeNew('Task', ['acknowledgement', ...stage.here], 'whole', () => ({
    status: statusOf(stage.text(verdict)),
    intent: 'order',
    code: about('acknowledgement'),
  }));
  return stage.is(role, task);
}

function openSet(stage: Stage, names: Names): void {
  const group = stage.roles.get('group');
  const task = openTask(stage, 'set', `${names.set}-01`);
  stage.is('fault', task);
  if (group !== undefined) set(task, 'partOf', [reference(group)]);
}

const loopsOf = (names: Names): Record<string, OpenLoopMap> => ({
  '': {
    open: (stage) => void openTask(stage, 'group', 'AK9-01'),
    specs: [
      focus('AK1', 'group', 479, 'version'),
      {
        ...outputs(
          'AK9',
          'group',
          [
            ['02', 'transactions stated', 'valueInteger', count],
            ['03', 'transactions received', 'valueInteger', count],
            ['04', 'transactions accepted', 'valueInteger', count],
          ],
          [['01', 'businessStatus', concept(de(715))], ...reasons(5, 716)],
        ),
        last: true,
      },
    ],
  },
  '2000': {
    open: (stage) => openSet(stage, names),
    specs: [
      focus('AK2', 'set', 143, 'implementation guide'),
      { tag: names.set, on: 'set', last: true, rows: [['01', 'businessStatus', concept(de(717))], ...reasons(2, names.setFault)] },
    ],
  },
  '2100': { specs: [segmentFault(names), situation] },
  '2110': { specs: [elementFault(names), situation] },
});

function plan(resources: readonly Resource[]): Result<OutLoop[]> {
  const chart = new Chart(resources);
  const tasks = chart.all('Task').filter(({ resource }) => isNode(resource['focus']));
  const [group, another] = tasks.filter((task) => codingOf(valueAt(task, 'focus.identifier.type'), de(479)) !== undefined);
  if (group === undefined)
    return fail('unsupported', 'Hand in the Task of a group that is acknowledged: an acknowledgement says nothing else');
  if (another !== undefined) return fail('invalid', 'Hand in one group at a time: an acknowledgement answers one', another.ref);
  const sets = tasks.filter((task) => listOf(task, 'partOf').some((one) => chart.refers(one, group.ref)));
  return ok([
    out(
      '',
      [['group', group]],
      undefined,
      sets.map((one) => out('2000', [['set', one]], undefined, faultLoops(one))),
    ),
  ]);
}

/** The outputs of a Task, parted where a segment or an element begins. */
function faultLoops(task: Place): OutLoop[] {
  const loops: OutLoop[] = [];
  let own: Node[] = [];
  for (const one of listOf(task, 'output')) {
    if (!isNode(one)) continue;
    const kind = beginOf(one, own);
    if (kind !== undefined || own.length === 0) {
      own = [];
      const loop = out(kind === '2110' ? '2110' : '2100', [['fault', { ...task, resource: { ...task.resource, output: own } }]]);
      const around = kind === '2110' ? loops.at(-1) : undefined;
      (around?.loops ?? loops).push(loop);
    }
    own.push(one);
  }
  return loops;
}

const order = ['segment', 'segment position', 'segment loop', 'segment fault'];
const innerOrder = ['element', 'component', 'repetition', 'data element', 'element fault', 'element text'];

/** The loop that begins with this piece: it stands earlier in its segment than what was said last. */
function beginOf(one: Node, own: readonly Node[]): '2100' | '2110' | undefined {
  const before = own.map(nameOf);
  for (const [loop, names] of [['2100', order] as const, ['2110', innerOrder] as const]) {
    const at = names.indexOf(nameOf(one));
    if (at < 0) continue;
    const last = before.at(-1) ?? '';
    return names.includes(last) && names.indexOf(last) < at ? undefined : loop;
  }
  return undefined;
}
const nameOf = (one: Node): string => (isNode(one['type']) ? String(one['type']['text']) : '');

export const acknowledgement999: TransactionMap = { loops: loopsOf(names999), plan };
export const acknowledgement997: TransactionMap = { loops: loopsOf(names997), plan };

/** TA1: the answer to a whole interchange, by its control number. It stands outside of any transaction. */
export const interchangeAnswer = {
  role: 'interchange',
  members: (verdict: string): Node => ({ status: statusOf(verdict), intent: 'order', code: about('acknowledgement') }),
  specs: [
    {
      tag: 'TA1',
      on: 'interchange',
      fixed: {
        'focus.identifier.type': about('interchange'),
        'input[+day].type': about('interchange date'),
        'input[+time].type': about('interchange time'),
      },
      rows: [
        ['01', 'focus.identifier.value', code],
        ['02', 'input[+day].valueString', text],
        ['03', 'input[+time].valueString', text],
        ['04', 'businessStatus', concept(de('I17'))],
        ['05', 'statusReason', concept(de('I18'))],
      ],
    },
  ] satisfies Spec[],
};
