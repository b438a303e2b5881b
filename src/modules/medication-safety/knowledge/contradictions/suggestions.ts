// What rows ask for or recommend, against what others forbid: the alternative in the words of a card, the order that belongs to
// another, the two that go together.
import { DrugNames } from '../../reading/names.ts';
import type { KnowledgeBase, Rule } from '../base.ts';
import type { Drug, Route } from '../contract.ts';
import { Conditions } from './conditions.ts';
import { type Contradiction, contradiction } from './contract.ts';
import { meeting, routesOf, sharesRoute } from './overlap.ts';

export function suggestions(base: KnowledgeBase): Contradiction[] {
  const read = new DrugNames(base);
  const conditions = new Conditions(base);
  const named = (text: string) =>
    recommended(text).flatMap((clause) =>
      read.in(clause, false).flatMap(({ ingredients }) => (ingredients.length === 1 ? ingredients : [])),
    );
  return [
    ...base.all('allergies').flatMap((row) => ofAllergy(base, row, named(row.says))),
    ...base
      .all('precautions')
      .flatMap((row) => ofPrecaution(base, conditions, row, [...new Set([...named(row.management), ...named(row.says)])])),
    ...base.all('interactions').flatMap((row) => ofInteraction(base, row, named(row.management))),
    ...base.all('costs').flatMap((row) =>
      ofCost(
        base,
        row,
        read.in(row.instead, false).flatMap(({ ingredients }) => ingredients),
      ),
    ),
    ...base.all('corollary-orders').flatMap((row) => ofCorollary(base, row)),
    ...base.all('duplicates').flatMap((row) => ofDuplicate(base, row)),
  ];
}

/** "Use acetaminophen; avoid ibuprofen": what follows a word of advice, up to the next clause or a word that turns it round. */
function recommended(text: string): string[] {
  return text
    .split(/[.;:]/)
    .flatMap(
      (clause) =>
        /(?:^|,|\bor|\band|\belse|\botherwise)\s*(?:use|prefer|choose|give|take|switch to|change to|replace by|replace with)\s+(.*)/i.exec(
          clause,
        )?.[1] ?? [],
    )
    .filter(
      (clause) =>
        !/^(?:the )?(?:low|small|short|least|less|half|at most|no more|not|only|reduced|a low|a small|a third|a quarter|\d)/i.test(clause),
    )
    .map(
      (clause) =>
        clause.split(
          /\b(?:avoid|not|without|rather than|instead of|except|unless|before|after|with|for|when|if|while|at least|apart)\b/i,
        )[0] ?? '',
    );
}

const isForbidden = (rule: Rule<'interactions'>) => rule.severity === 'contraindicated' || rule.tier === 'stop';

/** Rows that forbid one beside the other by routes at which both may be given. */
function forbidding(base: KnowledgeBase, one: string, other: string, by?: ReadonlySet<Route>): Rule<'interactions'>[] {
  return [...base.interactionsOf(one)].filter((rule) => {
    if (!isForbidden(rule) || !base.interactionsOf(other).has(rule)) return false;
    const [a, b] = [base.selection(rule.a), base.selection(rule.b)];
    const [own, straight] = a.members.has(one) && b.members.has(other) ? [a, true] : [b, b.members.has(one) && a.members.has(other)];
    return straight && (by === undefined || sharesRoute(routesOf(own), by));
  });
}

const ofAllergy = (base: KnowledgeBase, row: Rule<'allergies'>, named: readonly string[]): Contradiction[] =>
  named.flatMap((id) => {
    const forbids = base
      .all('allergies')
      .find(
        (other) =>
          base.selection(other.avoid).members.has(id) &&
          other.tier !== 'aside' &&
          (other === row || (other.allergen.drugs ?? []).some((drug) => row.allergen.drugs?.includes(drug))),
      );
    return forbids === undefined
      ? []
      : [
          contradiction(
            'alternative',
            `${base.title(id)} is recommended and forbidden for this allergy`,
            row,
            ...(forbids === row ? [] : [forbids]),
          ),
        ];
  });

function ofPrecaution(base: KnowledgeBase, conditions: Conditions, row: Rule<'precautions'>, named: readonly string[]): Contradiction[] {
  return named.flatMap((id) => {
    const forbids = base
      .about('precautions', id)
      .find(
        (other) =>
          (other.severity === 'contraindicated' || other.tier === 'stop') &&
          other.category === row.category &&
          conditions.implies(row.when, other.when),
      );
    return forbids === undefined || (forbids === row && base.selection(row.drug).members.size === 1)
      ? []
      : [
          contradiction(
            'alternative',
            `${base.title(id)} is recommended and contraindicated in the same patient`,
            row,
            ...(forbids === row ? [] : [forbids]),
          ),
        ];
  });
}

function ofInteraction(base: KnowledgeBase, row: Rule<'interactions'>, named: readonly string[]): Contradiction[] {
  const sides = [base.selection(row.a).members, base.selection(row.b).members];
  return named.flatMap((id) => {
    // What is to stand beside the one in the place of the other: beside neither it is no alternative.
    const beside = sides.map((members) => [...members].filter((other) => other !== id).map((other) => forbidding(base, id, other)[0]));
    const [first, second] = beside.map((rules) => (rules.length > 0 && rules.every((rule) => rule !== undefined) ? rules[0] : undefined));
    return first !== undefined && second !== undefined
      ? [
          contradiction(
            'alternative',
            `${base.title(id)} is recommended and must stand beside neither`,
            row,
            ...(first.id === row.id ? [] : [first]),
          ),
        ]
      : [];
  });
}

const ofCost = (base: KnowledgeBase, row: Rule<'costs'>, named: readonly string[]): Contradiction[] =>
  named
    .filter((id) => base.selection(row.drug).members.has(id) && base.selection(row.drug).members.size > 1)
    .map((id) => contradiction('alternative', `${base.title(id)} is recommended in its own place`, row));

/** Each of what may be ordered beside each drug that asks for it. */
function ofCorollary(base: KnowledgeBase, row: Rule<'corollary-orders'>): Contradiction[] {
  if (row.needs.drug === undefined) return [];
  const [occasion, needed] = [base.selection(row.drug), base.selection(row.needs.drug)];
  const found = new Map<string, Contradiction>();
  const say = (rule: { id: string; origin: { file: string } }, says: string) => {
    if (!found.has(rule.id)) found.set(rule.id, contradiction('corollary', says, row, rule));
  };
  for (const one of occasion.members)
    for (const other of needed.members) {
      for (const rule of forbidding(base, one, other, routesOf(occasion)))
        say(rule, `${base.title(other)} is asked for beside ${base.title(one)} and must not stand beside it`);
      for (const rule of base.all('duplicates'))
        if (one !== other && isOneTooMany(base, rule, one, other))
          say(rule, `${base.title(other)} is asked for beside ${base.title(one)} and is one too many`);
    }
  return [...found.values()];
}

function isOneTooMany(base: KnowledgeBase, rule: Rule<'duplicates'>, one: string, other: string): boolean {
  const { members } = base.selection(rule.of);
  return rule.allowed === 1 && members.has(one) && members.has(other) && !isFine(base, rule, one, other);
}

const isFine = (base: KnowledgeBase, { fine = [] }: Rule<'duplicates'>, one: string, other: string): boolean =>
  fine.some(([x, y]) => {
    const [a, b] = [base.selection(x).members, base.selection(y).members];
    return (a.has(one) && b.has(other)) || (b.has(one) && a.has(other));
  });

/** One row's exception must not be another's rule; and who sells two drugs as one product says that they go together. */
function ofDuplicate(base: KnowledgeBase, row: Rule<'duplicates'>): Contradiction[] {
  const found: Contradiction[] = [];
  for (const other of base.all('duplicates')) {
    if (other === row || meeting(base, row.of, other.of) === undefined) continue;
    const pair = (other.fine ?? []).flatMap(([x, y]: [Drug, Drug]) => {
      const [a, b] = [base.selection(x).members, base.selection(y).members];
      return [...a].flatMap((one) => [...b].map((two) => [one, two] as const));
    });
    const against = pair.find(([one, two]) => one !== two && isOneTooMany(base, row, one, two));
    if (against)
      found.push(
        contradiction(
          'duplicate',
          `${base.title(against[0])} and ${base.title(against[1])}: one too many, or belonging together`,
          row,
          other,
        ),
      );
  }
  for (const product of base.all('combinations'))
    for (const [i, one] of product.ingredients.entries())
      for (const two of product.ingredients.slice(i + 1))
        if (isOneTooMany(base, row, one, two))
          found.push(
            contradiction('duplicate', `${base.title(one)} and ${base.title(two)} are one product, and one too many`, row, product),
          );
  return found;
}
