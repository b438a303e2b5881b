// Can the drug be given by this route at all?
import type { Order } from '../contract.ts';
import { couldNot, type Finding, ownRule, present } from '../present.ts';
import { levelled } from '../reading/quantities.ts';
import { formAgainstRoute } from '../reading/route.ts';
import type { Subject } from '../subject.ts';

const rule = ownRule('route-not-listed', 'The routes of each ingredient in the knowledge: those of its labelled products.');
const crushed = ownRule('extended-release-by-tube', 'Extended-release and enteric-coated forms are not crushed (labels of such products).');

/** Ways in that reach the same place. */
const alike: Partial<Record<NonNullable<Order['route']>, readonly string[]>> = {
  'enteral-tube': ['oral'],
  intraosseous: ['intravenous'],
  oromucosal: ['oral', 'topical', 'buccal'],
  buccal: ['sublingual', 'oromucosal'],
  sublingual: ['buccal'],
  perineural: ['epidural', 'subcutaneous', 'intradermal'],
  intradermal: ['subcutaneous'],
  'intra-arterial': ['intravenous'],
};

const form = ownRule('route-against-form', 'Forms that are made for one way only: drops for the eye, a patch, a suppository, a tablet.');

export function route(subject: Subject): Finding[] {
  const { order, base } = subject;
  if (order.origin === 'diet' || order.origin === 'imaging') return [];
  const findings: Finding[] = [];
  const against = formAgainstRoute(levelled(order.text), order.routeAssumed ? undefined : order.route);
  const [first] = order.ingredients;
  if (against !== undefined && first !== undefined)
    findings.push(
      present(
        {
          rule: form,
          category: 'route',
          tier: 'interrupt',
          severity: 'major',
          summary: `${base.title(first.ingredient)}: ${against.form} by the ${against.route} route`,
          detail: `The order names ${against.form} and the ${against.route} route: one of the two is not meant.`,
          management: 'Choose the form for this route, or the route of this form.',
          facts: [{ says: `“${order.text.slice(0, 80)}”` }],
        },
        subject,
      ),
    );
  for (const one of order.ingredients) {
    const row = base.ingredients.get(one.ingredient);
    if (row === undefined || row.routes.length === 0) continue;
    const asked = order.route;
    if (asked === undefined || order.routeAssumed) {
      findings.push(
        couldNot(
          'route',
          subject,
          `${row.title}: ${asked === undefined ? 'the route is not known' : 'the route is not stated; it was checked as oral'}`,
        ),
      );
      continue;
    }
    if (asked === 'enteral-tube' && order.extendedRelease)
      findings.push(
        present(
          {
            rule: crushed,
            category: 'route',
            tier: 'interrupt',
            severity: 'major',
            summary: `${row.title}: an extended-release or coated form must not go through a tube`,
            detail: 'Crushed it releases the dose of a day at once, or loses its coating.',
            management: 'Order an immediate-release form or a liquid.',
          },
          subject,
        ),
      );
    if (row.routes.includes(asked) || (alike[asked] ?? []).some((other) => row.routes.some((each) => each === other))) continue;
    // A part of a product goes the product's way: naloxone under the tongue with buprenorphine.
    if (isPartOfProduct(order, asked, subject)) continue;
    findings.push(
      present(
        {
          rule,
          category: 'route',
          tier: 'interrupt',
          severity: 'major',
          summary: `${row.title} is not given by the ${asked} route (${row.routes.join(', ')})`,
          detail: `No product of ${row.title} for the ${asked} route is in the knowledge.`,
          management: 'Choose another route or another drug.',
          facts: [{ says: `route ${asked}` }],
        },
        subject,
      ),
    );
  }
  return findings;
}

function isPartOfProduct(order: Order, asked: NonNullable<Order['route']>, { base }: Subject): boolean {
  const ids = order.ingredients.map((one) => one.ingredient);
  if (ids.length < 2 || !ids.some((id) => base.ingredients.get(id)?.routes.includes(asked))) return false;
  return base.all('combinations').some((row) => row.ingredients.length === ids.length && row.ingredients.every((id) => ids.includes(id)));
}
