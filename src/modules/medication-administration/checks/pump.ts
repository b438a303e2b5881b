// The right pump: one, free, and with a rate that can be worked out. Without an order nobody knows what it is to be programmed with.
import type { Verdict } from '../contract.ts';
import { programmeOf } from '../pumps/programme.ts';
import { type Check, reason, type Subject } from '../subject.ts';

const scanned = ({ read }: Pick<Subject, 'read'>) => [
  ...new Map(read.flatMap(({ pump: one }) => (one === undefined ? [] : [[one.ref, one] as const]))).values(),
];

export function pumpOf(subject: Subject): Verdict['pump'] {
  const [only, other] = scanned(subject);
  const { order, units, facts } = subject;
  if (only === undefined || other !== undefined || order === undefined) return undefined;
  const programme = programmeOf(order, units.length === 1 ? units[0]?.product : undefined, facts.infusing);
  return { device: only.ref, title: only.title, programme };
}

export const pump: Check = (subject) => {
  const [only, other] = scanned(subject);
  if (only === undefined) return [];
  if (other !== undefined)
    return [reason('block', 'pump-not-clear', `Two pumps were scanned, ${only.title} and ${other.title}: take one away`)];
  if (only.inUse?.by === 'other')
    return only.inUse.begun
      ? [reason('block', 'pump-in-use', `${only.title} infuses for another patient, or stands still: end it there first`)]
      : [reason('warn', 'pump-in-use', `${only.title} was scanned for another patient and has not started there`)];
  const programme = pumpOf(subject)?.programme;
  if (programme?.why === undefined) return [];
  return [
    reason(
      'warn',
      'pump-programme-not-known',
      `What the pump is to be set to could not be worked out: ${programme.why}. Nothing that it does can be compared with the order`,
    ),
  ];
};
