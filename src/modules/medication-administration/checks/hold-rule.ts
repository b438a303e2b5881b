// The last pulse, pressure, glucose or potassium before a drug that they forbid: knowledge/medication-administration/hold-rules.json.
import type { HoldRule, Measured } from '../contract.ts';
import { type Check, drugIds, reason, spanText } from '../subject.ts';

const hourMs = 3_600_000;
const local = new Set(['topical', 'ophthalmic', 'otic', 'nasal', 'inhaled', 'vaginal', 'irrigation', 'intravitreal']);

export const holdRule: Check = (subject) => {
  const { facts, order, session } = subject;
  const ids = drugIds(subject);
  const found = facts.holdRules.flatMap((rule) => {
    if (!rule.drugs.some((id) => ids.includes(id))) return [];
    if (order?.route !== undefined && (rule.routes ? !rule.routes.includes(order.route) : local.has(order.route))) return [];
    const measured = (rule.measure.kind === 'vital' ? facts.vitals : facts.laboratory).get(rule.measure.id);
    if (measured === undefined || session.atMs - measured.atMs > rule.withinHours * hourMs)
      return rule.missing === undefined
        ? []
        : [
            reason(
              rule.missing,
              'value-missing',
              `${rule.title}: no ${rule.measure.id} of the last ${rule.withinHours} h is known: measure it`,
            ),
          ];
    return isHit(rule, measured)
      ? [
          reason(
            rule.severity,
            `hold-${rule.measure.id}`,
            `${rule.says} (${rule.measure.id} ${measured.value} ${rule.unit}, ${spanText(session.atMs - measured.atMs)} ago)`,
          ),
        ]
      : [];
  });
  // Of two limits of one measure the stricter speaks.
  return found.filter(
    (each) => each.severity === 'block' || !found.some((other) => other.code === each.code && other.severity === 'block'),
  );
};

const isHit = ({ below, above }: HoldRule, { value }: Measured): boolean =>
  (below !== undefined && value < below) || (above !== undefined && value > above);
