// MedicationRequest, MedicationStatement, and what is ordered in other words (a diet, imaging with contrast) to an order.
// Codes and words of one drug must say the same: where they do not, the order is not read, and says so.
import { type Decimal, toNumber } from '../../../fhir/decimal.ts';
import type {
  CodeableConcept,
  Dosage,
  Medication,
  MedicationRequest,
  MedicationStatement,
  NutritionOrder,
  Quantity,
  ServiceRequest,
} from '../../../fhir/generated/types.ts';
import type { Order, OrderedIngredient, Timing } from '../contract.ts';
import { amountsOf, type Given } from './amounts.ts';
import type { DrugCodeSystem } from './names.ts';
import { assumedRoute, type OrderHead, onlyRoute, type Reading, readOrderText } from './order-text.ts';
import { type NamedPart, ordered, partsOf, strengthen } from './product.ts';
import { levelled, quantitiesIn } from './quantities.ts';
import { isExtendedRelease, routeByCode, routeByForm, routeIn } from './route.ts';
import { timingIn, timingOf } from './timing.ts';

export type Orderable = MedicationRequest | MedicationStatement | ServiceRequest | NutritionOrder;

const codeSystems: Record<string, DrugCodeSystem> = {
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'rxnorm',
  'urn:oid:2.16.840.1.113883.6.88': 'rxnorm',
  'http://fdasis.nlm.nih.gov': 'unii',
  'urn:oid:2.16.840.1.113883.4.9': 'unii',
  'http://hl7.org/fhir/sid/cvx': 'cvx',
  'http://hl7.org/fhir/sid/ndc': 'ndc',
  'urn:oid:2.16.840.1.113883.6.69': 'ndc',
};

/** Terminology of the site (RxNorm and the like), where it is loaded: code → wording. */
export type WordingOf = (system: string, code: string) => string | undefined;

/** `medication`: what a reference points to, where the caller has it. */
export function readOrder(resource: Orderable, head: OrderHead, reading: Reading, medication?: Medication, wordingOf?: WordingOf): Order {
  if (resource.resourceType === 'ServiceRequest')
    return readOrderText(wordsOf(resource.code, ...(resource.orderDetail ?? [])), { ...head, origin: 'imaging' }, reading);
  if (resource.resourceType === 'NutritionOrder') return readDiet(resource, head, reading);
  const held =
    resource.contained?.find(
      (each): each is Medication => each.resourceType === 'Medication' && `#${each.id}` === resource.medicationReference?.reference,
    ) ?? medication;
  const concept = resource.medicationCodeableConcept ?? held?.code;
  const reference = resource.medicationReference;
  const words = (concept ? wordsOf(concept) : (reference?.display ?? '')) || wordingByCode(concept, reading);
  const dosages = (resource.resourceType === 'MedicationRequest' ? resource.dosageInstruction : resource.dosage) ?? [];
  const order: Order = {
    ...head,
    text: [words, ...dosages.map((each) => each.text ?? '')].filter(Boolean).join(', '),
    ingredients: [],
    unread: [],
    timing: {},
  };
  const parts = readParts(concept, held, words, order, reading, wordingOf);
  times(order, resource, dosages);
  if (parts.length === 0) {
    if (order.unread.length === 0) order.unread.push(words === '' ? 'the order names no drug' : 'no drug that is known was found in it');
    return order;
  }
  const formText = levelled(`${words} ${held?.form ? wordsOf(held.form) : ''}`);
  const route =
    readRoute(dosages) ?? routeIn(levelled(dosages.map((each) => each.text ?? '').join(' '))) ?? routeByForm(formText) ?? routeIn(formText);
  const known = route ?? onlyRoute(parts, reading);
  const taken = known ?? assumedRoute(parts, reading);
  if (taken !== undefined) order.route = taken;
  if (known === undefined && taken !== undefined) order.routeAssumed = true;
  if (isExtendedRelease(words)) order.extendedRelease = true;
  const amounts = dosages.map((dosage) => readDosage(dosage, parts, order, words, reading));
  order.ingredients = parts.map((part, i) =>
    together(
      amounts.map((each) => each[i]!),
      part,
    ),
  );
  return order;
}

/** A product that is told by its code alone, in the words of the list that the site has loaded. */
const wordingByCode = (concept: CodeableConcept | undefined, { names }: Reading): string =>
  (concept?.coding ?? [])
    .map(({ system, code }) => {
      const known = codeSystems[system ?? ''];
      return known && code !== undefined ? names.wordingOf(known, code) : undefined;
    })
    .find((wording) => wording !== undefined) ?? '';

/** Wordings of a concept, without repeating itself. */
export function wordsOf(...concepts: (CodeableConcept | undefined)[]): string {
  const all = concepts.flatMap((concept) => (concept ? [concept.text, ...(concept.coding ?? []).map((coding) => coding.display)] : []));
  return [...new Set(all.filter((text): text is string => text !== undefined && text.trim() !== ''))].join('; ').slice(0, 2000);
}

function readParts(
  concept: CodeableConcept | undefined,
  held: Medication | undefined,
  words: string,
  order: Order,
  reading: Reading,
  wordingOf: WordingOf | undefined,
): NamedPart[] {
  const byCode: string[][] = [];
  const wordings: string[] = [];
  for (const coding of concept?.coding ?? []) {
    const system = codeSystems[coding.system ?? ''];
    const known = system && coding.code !== undefined ? reading.names.ofCode(system, coding.code) : undefined;
    const worded = system && coding.code !== undefined ? reading.names.wordingOf(system, coding.code) : undefined;
    if (known) byCode.push([...known]);
    if (worded !== undefined) wordings.push(worded);
    if (!known && coding.system !== undefined && coding.code !== undefined) {
      const wording = wordingOf?.(coding.system, coding.code);
      if (wording !== undefined) wordings.push(wording);
    }
  }
  // Each wording is one statement of the whole product; the one that names most is taken, and the others must not say other drugs.
  const texts = [
    ...new Set(
      [concept?.text, ...(concept?.coding ?? []).map((coding) => coding.display), ...wordings].filter((text): text is string => !!text),
    ),
  ];
  if (texts.length === 0 && words !== '') texts.push(words);
  const read = texts.map((text) => {
    const level = levelled(text.slice(0, 2000));
    const parts = partsOf(level, ordered(level, reading.names.in(level), reading.sortOf));
    strengthen(
      parts,
      quantitiesIn(level).filter((amount) => amount.unit !== 'mL' && amount.unit !== 'unit-of-form'),
    );
    return parts;
  });
  for (const each of held?.ingredient ?? []) {
    if (each.isActive === false) continue;
    const level = levelled(wordsOf(each.itemCodeableConcept));
    const parts = partsOf(level, reading.names.in(level));
    const strength = ratio(each.strength);
    if (strength) for (const part of parts) part.strength ??= strength;
    if (parts.length > 0) read.push(parts);
  }
  const sets = [...read.filter((parts) => parts.length > 0).map((parts) => parts.map((part) => part.ingredient)), ...byCode];
  const fullest = sets.reduce<string[]>((most, each) => (each.length > most.length ? each : most), []);
  for (const set of sets) {
    const other = set.find((id) => !fullest.includes(id));
    // A Medication lists its ingredients one by one: those add up.
    if (other !== undefined && held?.ingredient === undefined) {
      order.unread.push(
        `its codes and words name different drugs (${reading.names.title(fullest[0] ?? '')} and ${reading.names.title(other)})`,
      );
      return [];
    }
  }
  if (held?.ingredient !== undefined && held.ingredient.length > 1) {
    const all = new Map(read.flat().map((part) => [part.ingredient, part]));
    return [...all.values()].map((part, i) => ({ ...part, doseOf: i === 0 }));
  }
  const best = read.filter((parts) => parts.length === fullest.length).sort((a, b) => strengths(b) - strengths(a))[0];
  if (best) return best;
  return fullest.map((id, i) => ({
    ingredient: id,
    named: reading.names.title(id),
    corrected: false,
    doseOf: i === 0,
    found: { ingredients: fullest, doseOf: fullest[0]!, named: words, corrected: false, from: 0, to: 0 },
  }));
}

const strengths = (parts: readonly NamedPart[]) => parts.filter((part) => part.strength).length;

function ratio(strength: { numerator?: Quantity; denominator?: Quantity } | undefined): NamedPart['strength'] {
  const over = given(strength?.numerator);
  if (over === undefined || over.unit === 'unit-of-form') return undefined;
  const under = given(strength?.denominator);
  const count = under?.value ?? 1;
  return { value: over.value / (count > 0 ? count : 1), unit: over.unit, per: under?.unit === 'mL' ? 'mL' : 'form' };
}

function times(order: Order, resource: MedicationRequest | MedicationStatement, dosages: readonly Dosage[]): void {
  const periods = dosages.map((each) => each.timing?.repeat?.boundsPeriod).filter((period) => period !== undefined);
  const validity = resource.resourceType === 'MedicationRequest' ? resource.dispenseRequest?.validityPeriod : undefined;
  const effective =
    resource.resourceType === 'MedicationStatement' ? (resource.effectivePeriod ?? { start: resource.effectiveDateTime }) : undefined;
  const authored = resource.resourceType === 'MedicationRequest' ? resource.authoredOn : resource.dateAsserted;
  const start = [periods[0]?.start, effective?.start, authored, validity?.start].map(ms).find((each) => each !== undefined);
  const planned = [periods.at(-1)?.end, effective?.end].map(ms).find((each) => each !== undefined);
  const changed = resource.resourceType === 'MedicationRequest' && over.has(resource.status) ? ms(statusChanged(resource)) : undefined;
  const end = changed !== undefined && (planned === undefined || changed < planned) ? changed : planned;
  if (start !== undefined) order.startMs = start;
  if (end !== undefined) order.endMs = end;
  const reason = wordsOf(...((resource.resourceType === 'MedicationRequest' ? resource.reasonCode : resource.reasonCode) ?? []));
  if (reason !== '') order.reason = reason;
  if (dosages.some((each) => each.asNeededBoolean || each.asNeededCodeableConcept)) order.timing.asNeeded = true;
}

const over = new Set(['stopped', 'completed', 'cancelled']);

/** When its status changed, where an extension says so: R4 has no element for it, R5 has. */
export const statusChanged = Object.assign(
  ({ extension }: Pick<MedicationRequest, 'extension'>): string | undefined =>
    extension?.find(({ url }) => url === statusChanged.url)?.valueDateTime,
  { url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.statusChanged' },
);

const ms = (text: string | undefined): number | undefined => {
  const read = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(read) ? undefined : read;
};

function readRoute(dosages: readonly Dosage[]): Order['route'] {
  for (const { route } of dosages) {
    for (const coding of route?.coding ?? []) {
      const known = routeByCode(coding.code ?? '') ?? (coding.display ? routeIn(levelled(coding.display)) : undefined);
      if (known) return known;
    }
    const told = route?.text ? (routeIn(levelled(route.text)) ?? routeByCode(route.text.trim())) : undefined;
    if (told) return told;
  }
  return undefined;
}

/** What one dosage gives of each part; its text is read where the structure says nothing. */
function readDosage(dosage: Dosage, parts: readonly NamedPart[], order: Order, words: string, reading: Reading): OrderedIngredient[] {
  const structured = timingOf(dosage.timing, (text) => timingIn(levelled(text)));
  const fromText = dosage.text ? readSig(dosage.text, parts, words, reading) : undefined;
  const timing: Timing = Object.keys(structured).length > 0 ? structured : (fromText?.timing ?? {});
  if (timing.once && order.timing.perDay === undefined) order.timing.once = true;
  if (timing.perDay !== undefined) order.timing.perDay = (order.timing.perDay ?? 0) + timing.perDay;
  if (timing.everyHours !== undefined)
    order.timing.everyHours = Math.min(order.timing.everyHours ?? Number.POSITIVE_INFINITY, timing.everyHours);
  if (timing.continuous) order.timing.continuous = true;
  if (timing.durationDays !== undefined) order.timing.durationDays = (order.timing.durationDays ?? 0) + timing.durationDays;
  const doses = dosage.doseAndRate ?? [];
  const dose = doses.find((each) => each.type?.coding?.some((coding) => coding.code === 'ordered')) ?? doses[0];
  const rate = given(dose?.rateQuantity) ?? given(dose?.rateRange?.high) ?? rateOf(dose?.rateRatio);
  const amount = given(dose?.doseQuantity) ?? given(dose?.doseRange?.high ?? dose?.doseRange?.low);
  // A rate of a volume ("over 30 minutes") says how fast a dose runs, not how much it is.
  const asked = amount ?? (rate && rate.per.hour !== undefined ? rate : undefined);
  if (asked === undefined && fromText && fromText.ingredients.length === parts.length)
    return fromText.ingredients.map((one, i) => amountsFromText(one, parts[i]!, timing));
  if (asked?.per.hour !== undefined) order.timing.continuous = true;
  const found = parts.map((part) => amountsOf(part, parts, asked, timing));
  const most = dosage.maxDosePerPeriod;
  const cap = given(most?.numerator);
  const span = most?.denominator?.code === 'd' ? 1 : most?.denominator?.code === 'h' ? 1 / 24 : undefined;
  const count = number(most?.denominator?.value) ?? 1;
  if (cap && span !== undefined) {
    const daily = cap.value / (count * span);
    for (const one of found)
      if (one.daily && one.daily.unit === cap.unit && daily < one.daily.value) one.daily = { value: daily, unit: one.daily.unit };
  }
  return found;
}

/** A sig that names the product itself is read as it stands; the others with the product's words before them. */
function readSig(text: string, parts: readonly NamedPart[], words: string, reading: Reading): Order {
  const head: OrderHead = { id: '', state: 'draft', origin: 'order' };
  const alone = readOrderText(text, head, reading);
  const whole = alone.ingredients.length === parts.length && parts.every((part, i) => alone.ingredients[i]?.ingredient === part.ingredient);
  return whole ? alone : readOrderText(`${words} ${text}`, head, reading);
}

/** The text's dose with the structure's timing. */
function amountsFromText(one: OrderedIngredient, part: NamedPart, timing: Timing): OrderedIngredient {
  const made: OrderedIngredient = { ...one, named: part.named };
  const perDay = timing.once ? 1 : timing.perDay;
  if (one.single && perDay !== undefined) made.daily = { value: one.single.value * perDay, unit: one.single.unit };
  return made;
}

/** Several dosages of one order run beside each other: the largest single dose, the sum of a day. */
function together(all: readonly OrderedIngredient[], part: NamedPart): OrderedIngredient {
  const made: OrderedIngredient = { ingredient: part.ingredient, named: part.named, ...all[0] };
  for (const next of all.slice(1)) {
    if (next.single && (made.single === undefined || next.single.value > made.single.value)) made.single = next.single;
    if (next.daily && made.daily && next.daily.unit === made.daily.unit)
      made.daily = { value: made.daily.value + next.daily.value, unit: made.daily.unit };
    else if (next.daily) made.daily ??= next.daily;
    if (next.singlePer) made.singlePer ??= next.singlePer;
    if (next.hourly && (made.hourly === undefined || next.hourly.value > made.hourly.value)) made.hourly = next.hourly;
  }
  return made;
}

const number = (value: number | Decimal | undefined): number | undefined => {
  const read = value === undefined ? Number.NaN : toNumber(value);
  return Number.isFinite(read) ? read : undefined;
};

/** A Quantity as the text of it would be read: UCUM code first, then the unit in words. */
function given(quantity: Quantity | undefined): Given | undefined {
  const value = number(quantity?.value);
  if (quantity === undefined || value === undefined || value < 0) return undefined;
  for (const unit of [quantity.code, quantity.unit]) {
    if (unit === undefined) continue;
    const [found] = quantitiesIn(` ${value < 1e-6 ? 0 : value} ${unit.toLowerCase()}`);
    if (found && found.unit !== 'percent')
      return {
        value: found.high,
        unit: found.unit,
        ...(found.form && { form: found.form }),
        per: {
          ...(found.per.kg && { kg: true as const }),
          ...(found.per.m2 && { m2: true as const }),
          ...(found.per.hour !== undefined && { hour: found.per.hour }),
          ...(found.per.day !== undefined && { day: found.per.day }),
        },
      };
  }
  return undefined;
}

function rateOf(rate: { numerator?: Quantity; denominator?: Quantity } | undefined): Given | undefined {
  const over = given(rate?.numerator);
  const under = number(rate?.denominator?.value);
  const hours = { h: 1, min: 1 / 60, d: 24 }[rate?.denominator?.code ?? ''];
  return over && under !== undefined && hours !== undefined ? { ...over, per: { ...over.per, hour: under * hours } } : undefined;
}

function readDiet(resource: NutritionOrder, head: OrderHead, reading: Reading): Order {
  const words = wordsOf(...(resource.oralDiet?.type ?? []), resource.enteralFormula?.baseFormulaType);
  const text = [words, resource.oralDiet?.instruction, resource.enteralFormula?.administrationInstruction].filter(Boolean).join(', ');
  const order = readOrderText(resource.enteralFormula ? `enteral feeds ${text}` : text, { ...head, origin: 'diet' }, reading);
  // A diet without a food that matters to drugs is nothing unread.
  return order.ingredients.length === 0 ? { ...order, unread: [] } : order;
}
