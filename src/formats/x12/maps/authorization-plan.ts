// The loops of a new 278: who reviews, who asks, whose event, which services.
import type { Resource } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { codingOf } from '../codec.ts';
import type { Place } from '../heard.ts';
import type { OutLoop, Wish } from '../speak.ts';
import { systems } from '../systems.ts';
import { at, Chart, listOf, out, type Roled, valueAt } from './plan.ts';
import { submissionOf } from './submission-plan.ts';

/** Loop 2000F by the segment that its service is written in. */
export const serviceLoops = { professional: '2000F SV1', institutional: '2000F SV2' } as const;
/** And of a service that was decided. */
export const answeredLoop = (tag: string): string => `2000F answered ${tag}`;

export function authorizationPlan(resources: readonly Resource[], wish: Wish): Result<OutLoop[]> {
  const chart = new Chart(resources);
  const requests = chart.all('Claim').filter(({ resource }) => resource['use'] === 'preauthorization');
  const answers = chart.all('ClaimResponse').filter(({ resource }) => resource['use'] === 'preauthorization');
  const subjects = requests.length > 0 ? requests : answers;
  const role = requests.length > 0 ? 'claim' : 'answer';
  if (subjects.length === 0)
    return fail('unsupported', 'Hand in a Claim or ClaimResponse with use "preauthorization": a 278 says nothing else');
  const loops: OutLoop[] = [];
  for (const subject of subjects) {
    const payer = chart.follow(subject, 'insurer');
    const by = chart.follow(subject, role === 'claim' ? 'provider' : 'requestor');
    const patient = chart.follow(subject, 'patient');
    if (payer === undefined || by === undefined || patient === undefined)
      return fail('invalid', 'Hand in the insurer, the provider who asks and the patient of each authorisation', subject.ref);
    const covered = chart.all('Coverage').filter((one) => chart.follow(one, 'beneficiary')?.ref === patient.ref);
    const coverage = chart.follow(subject, 'insurance[0].coverage') ?? covered[0];
    const subscriber = chart.follow(coverage, 'subscriber') ?? patient;
    const self = subscriber.ref === patient.ref;
    const own: Roled[] = [[role, subject]];
    const team = listOf(subject, 'careTeam').map((_, index) => at(subject, `careTeam[${index}]`));
    const lines = role === 'claim' ? listOf(subject, 'item').map((_, index) => at(subject, `item[${index}]`)) : [];
    const answered = role === 'answer' ? listOf(subject, 'addItem').map((_, index) => at(subject, `addItem[${index}]`)) : [];
    const event = out('2000E', own, 'EV', [
      ...answered.map((line) => out(answeredLoop(segmentOf(line)), [['answered', line]], 'SS')),
      ...team.map((member) => out('2010EA', [...own, ['member', member], ['carer', chart.follow(member, 'provider')]])),
      ...lines.map((line) =>
        out(
          valueAt(line, 'revenue') === undefined ? serviceLoops.professional : serviceLoops.institutional,
          [...own, ['line', line]],
          'SS',
        ),
      ),
    ]);
    const people = self
      ? out('2000C', [], '22', [
          out('2010C', [
            ['subscriber', patient],
            ['coverage', coverage],
          ]),
          event,
        ])
      : out('2000C', [], '22', [
          out('2010C', [['subscriber', subscriber]]),
          out('2000D', [], '23', [
            out('2010D', [
              ['patient', patient],
              ['coverage', coverage],
            ]),
            event,
          ]),
        ]);
    const asks = out('2000B', [], '21', [out('2010B', [['provider', by]]), people]);
    loops.push(out('2000A', [], '20', [out('2010A', [['payer', payer]]), asks]));
  }
  return ok([{ id: '', roles: submissionOf(chart, subjects[0], wish, role === 'claim' ? '13' : '11'), loops }]);
}

/** Room and board, or a dental service, has a segment of its own. */
function segmentOf(line: Place): string {
  const service = valueAt(line, 'productOrService');
  if (codingOf(service, systems.revenue) !== undefined) return 'SV2';
  return codingOf(service, systems.cdt) === undefined ? 'SV1' : 'SV3';
}
