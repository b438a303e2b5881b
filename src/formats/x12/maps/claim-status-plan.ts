// The loops of a new 276, 277 or 277CA: whose claim is asked about or answered for, by whom and to whom.
import type { Resource } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import type { Place } from '../heard.ts';
import type { OutLoop, Wish } from '../speak.ts';
import { at, Chart, listOf, out, type Roled, valueAt } from './plan.ts';
import { agentLoops, submissionOf } from './submission-plan.ts';

export type Side = 'question' | 'answer';

interface Levels {
  payer: string;
  source: OutLoop;
  receiver: OutLoop;
  providers: Map<string, OutLoop>;
}

export function statusPlan(resources: readonly Resource[], side: Side, wish: Wish): Result<OutLoop[]> {
  const chart = new Chart(resources);
  const reports = side === 'question' ? [] : chart.all('Task');
  const subjects = chart.all(side === 'question' ? 'Task' : 'ClaimResponse');
  const first = subjects[0] ?? reports[0];
  if (first === undefined)
    return fail(
      'unsupported',
      `Hand in at least one ${side === 'question' ? 'Task' : 'ClaimResponse'}: this transaction says nothing else`,
    );
  const root = submissionOf(chart, first, wish, side === 'question' ? '13' : '08', side === 'question' ? undefined : 'DG');
  const agents = agentLoops(chart, root, wish);
  const all: Levels[] = [];
  const levelsOf = (payer: Place): Levels => {
    const last = all.at(-1);
    if (last?.payer === payer.ref) return last;
    const receiver = out('2000B', [], '21', [{ ...agents[0]!, id: '2100B' }]);
    const source = out('2000A', [], '20', [out('2100A', [['payer', payer]])]);
    const levels = { payer: payer.ref, source, receiver, providers: new Map<string, OutLoop>() };
    all.push(levels);
    return levels;
  };
  const providerOf = ({ providers, receiver }: Levels, by: Place | undefined): OutLoop => {
    let loop = providers.get(by?.ref ?? '');
    if (loop === undefined) {
      loop = out('2000C', [], '19', by === undefined ? [] : [out('2100C', [['provider', by]])]);
      providers.set(by?.ref ?? '', loop);
      receiver.loops.push(loop);
    }
    return loop;
  };
  for (const report of reports) {
    const payer = chart.follow(report, 'owner');
    if (payer === undefined) return fail('invalid', 'Hand in the payer that owns the Task', `${report.ref}#owner`);
    const levels = levelsOf(payer);
    const by = chart.follow(report, 'requester');
    const own = chart.agent(root.get('submission'), '41');
    if (by === undefined) levels.source.loops.push(out('2200A', [['report', report]]));
    else if (by.ref === own?.ref) levels.receiver.loops.push(out('2200B', [['report', report]]));
    else providerOf(levels, by).loops.push(out('2200C', [['report', report]]));
  }
  for (const subject of subjects) {
    const payer = chart.follow(subject, side === 'question' ? 'owner' : 'insurer');
    const by = chart.follow(subject, side === 'question' ? 'requester' : 'requestor');
    const patient = chart.follow(subject, side === 'question' ? 'for' : 'patient');
    if (payer === undefined || patient === undefined)
      return fail('invalid', 'Hand in the payer and the patient that are named: a claim status is of somebody, from somebody', subject.ref);
    const covered = chart.all('Coverage').filter((one) => chart.refers(valueAt(one, 'beneficiary') ?? null, patient.ref));
    const subscriber = covered.map((one) => chart.follow(one, 'subscriber')).find((one) => one !== undefined) ?? patient;
    providerOf(levelsOf(payer), by).loops.push(personLoop(subject, side, patient, subscriber, wish));
  }
  for (const { source, receiver } of all) source.loops.push(receiver);
  return ok([{ id: '', roles: root, loops: all.map(({ source }) => source) }]);
}

function personLoop(subject: Place, side: Side, patient: Place, subscriber: Place, wish: Wish): OutLoop {
  const letter = subscriber.ref === patient.ref ? 'D' : 'E';
  const role = letter === 'D' ? 'subscriber' : 'patient';
  const roles: Roled[] = [[side === 'question' ? 'question' : 'claim', subject]];
  const lines =
    side === 'question'
      ? [out(`2210${letter}`, roles)]
      : listOf(subject, 'addItem').map((_, index) => out(`2210${letter}`, [...roles, ['line', at(subject, `addItem[${index}]`)]]));
  const level = out(`2000${letter}`, [[role, patient]], letter === 'E' ? '23' : wish.kind === '277CA' ? 'PT' : '22', [
    out(`2100${letter}`, [[role, patient]]),
    out(`2200${letter}`, roles, undefined, lines),
  ]);
  if (letter === 'D') return level;
  return out('2000D', [['subscriber', subscriber]], '22', [out('2100D', [['subscriber', subscriber]]), level]);
}
