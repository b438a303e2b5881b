// The loops of a new 270 or 271: who asks or answers, about whom, one loop for each question or benefit.
import type { Resource } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { codingOf } from '../codec.ts';
import type { Place } from '../heard.ts';
import type { OutLoop, Wish } from '../speak.ts';
import { de } from '../systems.ts';
import { at, Chart, listOf, out, type Roled, valueAt } from './plan.ts';
import { submissionOf } from './submission-plan.ts';

export type Side = 'request' | 'response';

export function eligibilityPlan(resources: readonly Resource[], side: Side, wish: Wish): Result<OutLoop[]> {
  const chart = new Chart(resources);
  const type = side === 'request' ? 'CoverageEligibilityRequest' : 'CoverageEligibilityResponse';
  const subjects = chart.all(type);
  if (subjects.length === 0) return fail('unsupported', `Hand in at least one ${type}: this transaction says nothing else`);
  const loops: OutLoop[] = [];
  let open: { key: string; provider: OutLoop } | undefined;
  for (const subject of subjects) {
    const payer = chart.follow(subject, 'insurer');
    const by = chart.follow(subject, side === 'request' ? 'provider' : 'requestor');
    const coverage = chart.follow(subject, 'insurance[0].coverage');
    const patient = chart.follow(subject, 'patient');
    if (payer === undefined) return fail('invalid', 'Hand in the insurer that is asked or answers', `${subject.ref}#insurer`);
    const key = `${payer.ref} ${by?.ref}`;
    if (open?.key !== key) {
      const who = out(
        '2000B',
        [[side, patient === undefined ? subject : undefined]],
        '21',
        by === undefined
          ? []
          : [
              out('2100B', [
                ['provider', by],
                [side, patient === undefined ? subject : undefined],
              ]),
            ],
      );
      open = { key, provider: who };
      loops.push(out('2000A', [], '20', [out('2100A', [['payer', payer]]), who]));
    }
    if (patient === undefined) continue;
    const subscriber = chart.follow(coverage, 'subscriber') ?? patient;
    const insurance = listOf(subject, 'insurance').length === 0 ? undefined : at(subject, 'insurance[0]');
    const roles: Roled[] = [
      [side, subject],
      ['coverage', coverage],
      ['insurance', insurance],
    ];
    const answers = side === 'request' ? [out('2110X', roles)] : answerLoops(chart, subject, insurance, roles);
    const named = (letter: string): OutLoop[] =>
      answers.map((one) => ({
        ...one,
        id: one.id.replace('X', letter),
        loops: one.loops.map((inner) => ({ ...inner, id: inner.id.replace('X', letter) })),
      }));
    if (subscriber.ref === patient.ref) {
      open.provider.loops.push(out('2000C', roles, '22', [out('2100C', [...roles, ['subscriber', patient]]), ...named('C')]));
    } else {
      const dependent = out('2000D', roles, '23', [out('2100D', [...roles, ['patient', patient]]), ...named('D')]);
      open.provider.loops.push(
        out('2000C', [], '22', [
          out('2100C', [
            ['subscriber', subscriber],
            ['coverage', withoutRelationship(coverage)],
          ]),
          dependent,
        ]),
      );
    }
  }
  return ok([{ id: '', roles: submissionOf(chart, subjects[0], wish, side === 'request' ? '13' : '11'), loops }]);
}

function withoutRelationship(coverage: Place | undefined): Place | undefined {
  if (coverage === undefined) return undefined;
  const { relationship: _, ...resource } = coverage.resource;
  return { ...coverage, resource };
}

/** One EB loop for each item of the answer; who else insures the person stands in those that say that somebody does (EB-01 R). */
function answerLoops(chart: Chart, subject: Place, insurance: Place | undefined, roles: readonly Roled[]): OutLoop[] {
  if (insurance === undefined) return [];
  const others = listOf(subject, 'insurance').flatMap((_, index) => {
    const coverage = index === 0 ? undefined : chart.follow(at(subject, `insurance[${index}]`), 'coverage');
    const payer = chart.follow(coverage, 'payor[0]');
    return payer === undefined
      ? []
      : [
          out('2120X', [
            ['additional', coverage],
            ['otherPayer', payer],
          ]),
        ];
  });
  return listOf(insurance, 'item').map((item, index) => {
    const answer = at(insurance, `${insurance.base}.item[${index}]`);
    const only: Place = { ...insurance, resource: { ...insurance.resource, insurance: [{ item: [item] }] }, base: 'insurance[0]' };
    const giver = chart.follow(answer, 'provider');
    const carer = giver?.ref.startsWith('PractitionerRole/') ? chart.follow(giver, 'organization') : giver;
    const other = codingOf(valueAt(answer, 'benefit[0].type'), de(1390)) === 'R' ? others.splice(0, 1) : [];
    return out('2110X', [...roles, ['insurance', only], ['answer', answer]], undefined, [
      ...(carer === undefined ? [] : [out('2120X', [['carer', carer]])]),
      ...other,
    ]);
  });
}
