// A call of a service to the checks: the facts that came with it, and the record where the patient is in it.
import type { Resource } from '../../fhir/generated/types.ts';
import type { Answer, Facts, Order } from '../../modules/medication-safety/contract.ts';
import { factsOf } from '../../modules/medication-safety/facts/from-resources.ts';
import type { Caller } from '../../record/contract.ts';
import { readDraft } from '../medication/check.ts';
import type { Safety } from '../medication/safety.ts';
import type { Call } from './request.ts';

export async function answerCall(call: Call, caller: Caller, safety: Safety): Promise<Answer> {
  const drafts = call.drafts.map((draft, i) => readDraft(draft, i, safety));
  const gathered = await factsFor(call, caller, safety);
  const setting = gathered.setting ?? settingOf(call);
  const facts = setting === undefined ? gathered : { ...gathered, setting };
  if (call.hook === 'order-select' && call.selections) {
    // Only what is being chosen is told of; the other drafts stand beside it.
    const chosen = drafts.filter((draft) => call.selections!.includes(draft.id));
    const rest = drafts.filter((draft) => !chosen.includes(draft)).map((draft): Order => ({ ...draft, state: 'draft' }));
    return safety.check(chosen.length > 0 ? chosen : drafts, chosen.length > 0 ? { ...facts, orders: [...facts.orders, ...rest] } : facts);
  }
  if (call.hook === 'order-sign' || call.hook === 'order-select') return safety.check(drafts, facts);
  // At the start of a visit everything that is taken is looked at again; single doses of the past are none of it.
  const standing = facts.orders.filter((order) => order.state === 'active' && order.origin !== 'diet');
  return safety.check(standing, { ...facts, orders: facts.orders.filter((order) => !standing.includes(order)) });
}

/** Where it will be taken, as the orders themselves say it (MedicationRequest.category), where no encounter does. */
function settingOf({ drafts }: Call): Facts['setting'] {
  const settings: Record<string, Facts['setting']> = {
    inpatient: 'inpatient',
    outpatient: 'outpatient',
    community: 'outpatient',
    discharge: 'outpatient',
  };
  for (const draft of drafts) {
    if (!('resourceType' in draft) || draft.resourceType !== 'MedicationRequest') continue;
    for (const { code = '' } of (draft.category ?? []).flatMap((category) => category.coding ?? []))
      if (Object.hasOwn(settings, code)) return settings[code];
  }
  return undefined;
}

/** Which part of the facts a prefetch key speaks of, by the types that it brings or by its name. */
const parts: [Facts['notRead'][number]['part'], Resource['resourceType'][], RegExp][] = [
  ['medications', ['MedicationRequest', 'MedicationStatement'], /med|statement|opioid|drug|order/i],
  ['allergies', ['AllergyIntolerance'], /allerg/i],
  ['problems', ['Condition'], /condition|problem|diagnos/i],
  ['laboratory', ['Observation'], /result|lab|observation|vital|creatin|potassium/i],
];

async function factsFor(call: Call, caller: Caller, safety: Safety): Promise<Facts> {
  const asOfMs = safety.now().getTime();
  const own = await safety.factsOf(caller, call.patient);
  // A client with keys of its own says by an empty one that it asked, not what: taken for results, whose absence is told as
  // "not measured" and never passes for fine.
  const came = (types: readonly string[], name: RegExp) =>
    call.prefetched.some((each) => types.includes(each.resourceType)) ||
    [...call.answered].some((key) => name.test(key) || (types.includes('Observation') && /^item\d+$/.test(key)));
  if (own.ok && call.prefetched.length === 0) return own.value;
  const absent = own.ok
    ? own.value.notRead
    : parts
        .filter(([, types, name]) => !came(types, name))
        .map(([part]) => ({ part, why: 'it did not come with the question, and the patient is not in this record' }));
  const cut = [...call.cut].flatMap(([key, found]) =>
    parts
      .filter(([part, types]) => found.some((type) => types.includes(type)) && !absent.some((each) => each.part === part))
      .map(([part]) => ({ part, why: `prefetch.${key.slice(0, 40)} has a next page, which did not come` })),
  );
  const notRead = [...absent, ...cut];
  const given = factsOf({ asOfMs, resources: call.prefetched, notRead }, safety.library);
  // An answered question without allergies is no assessment; CDS Hooks has no other way to say "asked, none".
  if (!own.ok) return given;
  const held = own.value;
  const ids = new Set(given.orders.map((order) => order.id));
  return {
    ...held,
    bornMs: held.bornMs ?? given.bornMs,
    sex: held.sex ?? given.sex,
    weightKg: held.weightKg ?? given.weightKg,
    heightCm: held.heightCm ?? given.heightCm,
    pregnant: held.pregnant ?? given.pregnant,
    laboratory: join(given.laboratory, held.laboratory),
    vitals: join(given.vitals, held.vitals),
    problems: new Map([...given.problems, ...held.problems]),
    allergies: [...held.allergies, ...given.allergies.filter((each) => !held.allergies.some((other) => other.text === each.text))],
    allergyAssessment: held.allergyAssessment === 'not-assessed' ? given.allergyAssessment : held.allergyAssessment,
    orders: [...given.orders, ...held.orders.filter((order) => !ids.has(order.id))],
    notRead: given.notRead,
  } as Facts;
}

function join<T extends { atMs: number }>(a: Map<string, T[]>, b: Map<string, T[]>): Map<string, T[]> {
  const joined = new Map(b);
  for (const [key, values] of a)
    joined.set(
      key,
      [...values, ...(b.get(key) ?? [])].sort((x, y) => y.atMs - x.atMs),
    );
  return joined;
}
