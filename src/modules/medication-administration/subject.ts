// What every check is given: the session with its scans understood, the order that the drug belongs to, the facts.
import type { BedsideFacts, BedsideOrder, Product, Reason, Session, Severity, Understood } from './contract.ts';

export interface Subject {
  session: Session;
  facts: BedsideFacts;
  read: readonly Understood[];
  /** Scanned units by product; a serial number counts once. */
  units: readonly { product: Product; count: number }[];
  order?: BedsideOrder;
  /** Several orders would fit equally. */
  unsure?: readonly BedsideOrder[];
  dueMs?: number;
}
export type Check = (subject: Subject) => Reason[];

export const reason = (severity: Severity, code: string, says: string): Reason => ({ code, says, severity });

/** Of what was scanned; where nothing could be, of the order, or of what was named in words. */
export const drugIds = ({ units, order, facts }: Pick<Subject, 'units' | 'order' | 'facts'>): string[] => {
  const held = units.length > 0 ? units.flatMap(({ product }) => product.ingredients) : (order?.ingredients ?? facts.spoken ?? []);
  return [...new Set(held.map((one) => one.id))];
};

const rounded = (value: number): string => String(Number(value.toPrecision(6)));
export const amountText = ({ value, unit }: { value: number; unit: string }): string => `${rounded(value)} ${unit}`;

export const spanText = (ms: number): string => {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
};
