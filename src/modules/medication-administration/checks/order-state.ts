// Is the order still active, begun, not ended, and verified by a pharmacist?
import { type Check, reason, spanText } from '../subject.ts';

const dead: Record<string, string> = {
  'on-hold': 'is on hold',
  stopped: 'was stopped',
  completed: 'has ended',
  cancelled: 'was cancelled',
  draft: 'is not signed',
  unknown: 'has an unknown status',
};

export const orderState: Check = ({ order, session }) => {
  if (order === undefined) return [];
  if (order.status !== 'active') return [reason('block', `order-${order.status}`, `The order ${dead[order.status] ?? 'is not active'}`)];
  const reasons = [];
  if (order.endMs !== undefined && session.atMs > order.endMs)
    reasons.push(reason('block', 'order-ended', `The order ended ${spanText(session.atMs - order.endMs)} ago`));
  if (order.rhythm.kind !== 'scheduled' && order.startMs !== undefined && session.atMs < order.startMs - 3_600_000)
    reasons.push(reason('warn', 'order-not-begun', `The order begins in ${spanText(order.startMs - session.atMs)}`));
  if (order.verified === false) reasons.push(reason('warn', 'order-not-verified', 'No pharmacist has verified the order yet'));
  return reasons;
};
