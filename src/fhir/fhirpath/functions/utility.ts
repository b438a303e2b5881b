// Utility functions, iif(), aggregate(), sort() and type() (http://hl7.org/fhirpath/N1/#utility-functions and following).
import { compare } from '../comparison.ts';
import { refuse } from '../failure.ts';
import { itemOf } from '../item.ts';
import { Node, type Nodes, none, temporal } from '../node.ts';
import { items, one, type Step } from '../step.ts';
import { type Plain, plain } from '../system.ts';
import { Temporal } from '../temporal.ts';
import { publicName, systemType } from '../types.ts';
import { type Definition, type Definitions, textOf, visiting } from './definition.ts';

/** The moment in the time of the server, with its offset. */
function moment(at: Date): Temporal {
  const parts = [at.getFullYear(), at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()];
  return new Temporal('DateTime', parts, `.${String(at.getMilliseconds()).padStart(3, '0')}`, -at.getTimezoneOffset());
}

const clock = (part: (now: Temporal) => Temporal): Definition => ({
  args: [0, 0],
  make: () =>
    items((context) => {
      context.spend(2);
      return [temporal(part(moment(context.now())))];
    }),
});

const iif: Definition = {
  args: [2, 3],
  make: (target, [criterion, then, otherwise]) =>
    items((context, focus) => {
      const input = one(target.all(context, focus), 'iif()');
      const chosen = (criterion as Step).truth(context, input) === true ? then : otherwise;
      return chosen ? chosen.all(context, input) : none;
    }),
};

const aggregate: Definition = {
  args: [1, 2],
  make: (target, [aggregator, initial]) =>
    items((context, focus) => {
      const before = context.total;
      let total: Nodes = initial ? initial.all(context, focus) : none;
      visiting(context, target.all(context, focus), (node) => {
        context.total = total;
        total = (aggregator as Step).all(context, node);
        return false;
      });
      context.total = before;
      return total;
    }),
};

const trace: Definition = {
  args: [1, 2],
  make: (target, [name, projection]) =>
    items((context, focus) => {
      const nodes = target.all(context, focus);
      const { trace: tell } = context.environment;
      if (tell) {
        const shown = projection ? nodes.flatMap((node) => projection.all(context, node)) : nodes;
        context.spend(shown.length);
        tell(textOf((name as Step).all(context, focus), 'trace()') ?? '', shown.map(itemOf));
      }
      return nodes;
    }),
};

/** sort() of the second edition: by keys, `-key` for descending; what has no key comes first. */
const sort: Definition = {
  args: [0, 8],
  make: (target, steps) => {
    const keys = steps.map((step) => (step.negated ? { step: step.negated, sign: -1 } : { step, sign: 1 }));
    return items((context, focus) => {
      const nodes = target.all(context, focus);
      const rows: { node: Node; by: Key[] }[] = [];
      visiting(context, nodes, (node) => {
        const by = keys.length === 0 ? [node] : keys.map(({ step }) => one(step.all(context, node), 'sort()'));
        rows.push({ node, by: by.map((key) => ({ node: key, value: key && plain(key) })) });
        return false;
      });
      rows.sort((a, b) => {
        for (let i = 0; i < a.by.length; i++) {
          const [left, right] = [a.by[i] as Key, b.by[i] as Key];
          context.spend(typeof left.value === 'object' ? 3 : 1);
          const difference = order(left, right, keys[i]?.sign ?? 1);
          if (difference !== 0) return difference;
        }
        return 0;
      });
      return rows.map(({ node }) => node);
    });
  },
};

/** Read once an item, not once a comparison. */
interface Key {
  node: Node | undefined;
  value: Plain | undefined;
}

/** What has no key comes first in both directions: `-{}` is empty too. */
function order({ node: a, value: x }: Key, { node: b, value: y }: Key, sign: number): number {
  if ((a && x === undefined && a.type.system === undefined) || (b && y === undefined && b.type.system === undefined))
    refuse('invalid', 'sort() needs keys that can be compared: sort(name.family).');
  if (x === undefined || y === undefined) return Number(x !== undefined) - Number(y !== undefined);
  return (compare(x, y) ?? 0) * sign;
}

export const utility: Definitions = {
  iif,
  aggregate,
  trace,
  sort,
  now: clock((now) => now),
  today: clock((now) => new Temporal('Date', now.parts.slice(0, 3))),
  timeOfDay: clock((now) => new Temporal('Time', [0, 0, 0, ...now.parts.slice(3)], now.fraction)),
  type: {
    args: [0, 0],
    make: (target) =>
      items((context, focus) => {
        const nodes = target.all(context, focus);
        context.spend(nodes.length);
        return nodes.map(({ type }) => new Node(systemType('TypeInfo'), { namespace: type.namespace, name: publicName(type) }));
      }),
  },
};
