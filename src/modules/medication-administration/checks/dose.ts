// The right dose: what the scanned units hold together against what the order asks for, and against what the nurse enters.
import type { Amount, Ingredient, Verdict } from '../contract.ts';
import { isSameDrug } from '../find-order.ts';
import { amountText, type Check, reason, type Subject } from '../subject.ts';

const same = (a: string, b: string): boolean => a === b || (['mmol', 'mEq'].includes(a) && ['mmol', 'mEq'].includes(b));
/** Labels round; a dose by weight is given to the nearest mark. */
const tolerance = 0.02;
const unitsMax = 4;
const countable = new Set(['tablet', 'puff', 'drop', 'patch', 'application']);

/** Scanned and ordered amounts; undefined where nothing was scanned or no order is known. */
export function doseOf({ units, order }: Pick<Subject, 'units' | 'order'>): Verdict['dose'] {
  if (units.length === 0 || order === undefined || !isSameDrug(order, units)) return undefined;
  const count = units.reduce((sum, each) => sum + each.count, 0);
  return {
    units: count,
    scanned: order.ingredients.map((one) => amountOf(one, units, one.dose?.unit)),
    ordered: order.ingredients.map(({ id, title, dose: amount }) => ({ id, title, ...(amount ? { amount } : {}) })),
  };
}

function amountOf({ id, title }: Ingredient, units: Subject['units'], asked: string | undefined): Ingredient & { amount?: Amount } {
  let sum: Amount | undefined;
  for (const { product, count } of units) {
    const held = product.ingredients.find((each) => each.id === id);
    if (held === undefined) continue;
    const one =
      asked !== undefined && countable.has(asked)
        ? { value: 1, unit: asked }
        : asked === 'mL'
          ? product.volumeMl === undefined
            ? undefined
            : { value: product.volumeMl, unit: 'mL' }
          : (held.perUnit ??
            (held.perMl && product.volumeMl !== undefined
              ? { value: held.perMl.value * product.volumeMl, unit: held.perMl.unit }
              : undefined));
    if (one === undefined || (sum !== undefined && !same(sum.unit, one.unit))) return { id, title };
    sum = { value: (sum?.value ?? 0) + one.value * count, unit: one.unit };
  }
  return { id, title, ...(sum ? { amount: sum } : {}) };
}

export const dose: Check = (subject) => {
  const { order, session, units } = subject;
  const amounts = doseOf(subject);
  if (order === undefined || amounts === undefined) return [];
  if (order.rhythm.kind === 'continuous') return [];
  const { dose: entered } = session.entered;
  const ordered = amounts.ordered.find((each) => each.amount !== undefined)?.amount;
  if (ordered === undefined) return [reason('warn', 'dose-not-known', 'The dose of the order is not understood: compare it by hand')];
  const entry = entered === undefined ? [] : enteredAgainst(entered, ordered, subject);
  const whole = amounts.scanned.find((each) => each.id === amounts.ordered.find((one) => one.amount !== undefined)?.id)?.amount;
  if (whole === undefined || !same(whole.unit, ordered.unit))
    return [
      ...entry,
      ...(entered === undefined
        ? [
            reason(
              'warn',
              'dose-to-enter',
              `How much a unit holds is not known: enter the dose that is given (ordered ${amountText(ordered)})`,
            ),
          ]
        : []),
    ];
  const others = amounts.ordered.flatMap((one, i) => {
    const amount = amounts.scanned[i]?.amount;
    return one.amount &&
      amount &&
      same(one.amount.unit, amount.unit) &&
      differs(amount.value / whole.value, one.amount.value / ordered.value)
      ? [reason('block', 'wrong-strength', `${one.title}: ${amountText(amount)} scanned where ${amountText(one.amount)} is ordered`)]
      : [];
  });
  const ratio = whole.value / ordered.value;
  if (!differs(ratio, 1)) return [...entry, ...others];
  const each = whole.value / amounts.units;
  const needed = ordered.value / each;
  const told = `one holds ${amountText({ value: each, unit: whole.unit })}, ordered is ${amountText(ordered)}`;
  const container = units.some(
    ({ product }) => product.volumeMl !== undefined || product.ingredients.some((one) => one.perMl !== undefined),
  );
  if (ratio < 1) {
    if (entered && matchesEntered(entered, whole)) return [...entry, ...others];
    if (Number.isInteger(units.length === 1 ? nearly(needed) : 1) && needed <= unitsMax)
      return [...entry, ...others, reason('warn', 'dose-short', `${nearly(needed)} units are needed, ${amounts.units} scanned (${told})`)];
    if (units.length === 1 && !container && !halves(needed))
      return [...entry, ...others, reason('block', 'wrong-strength', `${text(needed)} units would be needed: ${told}`)];
    return [
      ...entry,
      ...others,
      reason(
        needed > unitsMax ? 'block' : 'warn',
        needed > unitsMax ? 'wrong-strength' : 'dose-short',
        `${text(needed)} units would be needed, ${amounts.units} scanned: ${told}`,
      ),
    ];
  }
  // More than is ordered: fine where only a part of the last unit is given.
  const spare = units.length === 1 && amounts.units > 1 && amounts.units - 1 >= needed * (1 - tolerance);
  if (spare)
    return [
      ...entry,
      ...others,
      reason('block', 'dose-over', `${amounts.units} units are more than the dose: ${text(needed)} would be right (${told})`),
    ];
  const divisible =
    container ||
    (halves(needed) && units.every(({ product }) => !product.extendedRelease && !/capsule/i.test(product.form ?? product.title)));
  if (!divisible) return [...entry, ...others, reason('block', 'wrong-strength', `${text(needed)} of a unit would be needed: ${told}`)];
  if (entered && entry.length === 0) return [...others, reason('aside', 'part-wasted', 'A part of the unit is not given')];
  return [...entry, ...others, reason('warn', 'dose-part-of-unit', `Only a part of it is the dose (${text(needed)} of a unit): ${told}`)];
};

function enteredAgainst(entered: Amount, ordered: Amount, { units }: Subject) {
  const inUnits = units.length === 1 ? inOrderUnit(entered, ordered, units[0]!.product) : entered;
  if (!same(inUnits.unit, ordered.unit))
    return [
      reason('warn', 'dose-unit-differs', `The dose that was entered is in ${entered.unit}, the order in ${ordered.unit}: compare by hand`),
    ];
  if (!differs(inUnits.value / ordered.value, 1)) return [];
  return inUnits.value > ordered.value
    ? [reason('block', 'dose-over', `${amountText(inUnits)} is more than ordered: ${amountText(ordered)}`)]
    : [reason('warn', 'dose-partial', `${amountText(inUnits)} is less than ordered: ${amountText(ordered)}`)];
}

/** Tablets and mL that were entered, in the order's unit where the product says how much they hold. */
function inOrderUnit(entered: Amount, ordered: Amount, product: Subject['units'][number]['product']): Amount {
  if (same(entered.unit, ordered.unit)) return entered;
  const per = product.ingredients.map((one) => (entered.unit === 'mL' ? one.perMl : countable.has(entered.unit) ? one.perUnit : undefined));
  const fit = per.find((each) => each !== undefined && same(each.unit, ordered.unit));
  return fit ? { value: entered.value * fit.value, unit: fit.unit } : entered;
}

const matchesEntered = (entered: Amount, whole: Amount): boolean =>
  same(entered.unit, whole.unit) && !differs(entered.value / whole.value, 1);
const differs = (ratio: number, from: number): boolean => !(Math.abs(ratio - from) <= tolerance * Math.abs(from));
const nearly = (value: number): number => (Math.abs(value - Math.round(value)) < tolerance ? Math.round(value) : value);
const halves = (value: number): boolean => Number.isInteger(nearly(value * 2));
const text = (value: number): string => String(Number(nearly(value).toPrecision(3)));
