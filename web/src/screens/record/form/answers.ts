// A Questionnaire being filled in: what was typed, which questions are asked, what is missing, and the QuestionnaireResponse
// (http://hl7.org/fhir/R4/questionnaire.html). What is typed is texts by place, so that it can be kept as a draft: a place is the
// linkIds down to the item, with `#n` behind those of a group's further copies.
import type {
  Coding,
  Extension,
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireItemEnableWhen,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
} from '../../../../../src/fhir/generated/types.ts';
import { compile, type World } from './expression.ts';

export interface FormTyped {
  /** By place; one text for each answer. */
  answers: Record<string, string[]>;
  /** How many copies of a repeating group there are, by place. */
  copies: Record<string, number>;
}

export interface Option {
  /** What stands for it in `answers`. */
  key: string;
  label: string;
  answer: QuestionnaireResponseItemAnswer;
  points: number | undefined;
}

/** Options of value sets, by linkId, as the server expanded them. */
export type Expanded = ReadonlyMap<string, readonly Coding[]>;

const extensionOf = (of: { extension?: Extension[] }, name: string): Extension | undefined =>
  of.extension?.find(({ url }) => url === name || url.endsWith(`/${name}`));

export const expressionOf = (item: QuestionnaireItem, name: 'calculatedExpression' | 'initialExpression'): string | undefined =>
  extensionOf(item, `sdc-questionnaire-${name}`)?.valueExpression?.expression;
export const isHidden = (item: QuestionnaireItem): boolean => extensionOf(item, 'questionnaire-hidden')?.valueBoolean === true;
export const unitOf = (item: QuestionnaireItem): Coding | undefined => extensionOf(item, 'questionnaire-unit')?.valueCoding;

const pointsOf = (of: { extension?: Extension[] } | undefined): number | undefined => {
  const value = of === undefined ? undefined : extensionOf(of, 'ordinalValue')?.valueDecimal;
  return value === undefined ? undefined : Number(value);
};

export function optionsOf(item: QuestionnaireItem, expanded?: Expanded): Option[] {
  const own = (item.answerOption ?? []).map((option, at): Option => {
    const { valueCoding, valueString, valueInteger, valueDate, valueTime, valueReference } = option;
    const label = valueCoding?.display ?? valueCoding?.code ?? valueString ?? valueDate ?? valueTime ?? valueReference?.display;
    const { initialSelected: _, extension: __, id: ___, ...answer } = option;
    return { key: `o:${at}`, label: label ?? String(valueInteger ?? ''), answer, points: pointsOf(option) ?? pointsOf(valueCoding) };
  });
  const far = (expanded?.get(item.linkId) ?? []).map(
    (valueCoding): Option => ({
      key: `c:${valueCoding.system ?? ''}|${valueCoding.code ?? ''}`,
      label: valueCoding.display ?? valueCoding.code ?? '',
      answer: { valueCoding },
      points: pointsOf(valueCoding),
    }),
  );
  return [...own, ...far];
}

export const placeOf = (parent: string, linkId: string, copy = 0): string =>
  `${parent === '' ? '' : `${parent}/`}${encodeURIComponent(linkId)}${copy === 0 ? '' : `#${copy}`}`;

/** Every item with its place, as often as there are copies of its group. */
function* walk(items: readonly QuestionnaireItem[], typed: FormTyped, parent = ''): Generator<{ item: QuestionnaireItem; place: string }> {
  for (const item of items) {
    const copies = item.type === 'group' && item.repeats === true ? (typed.copies[placeOf(parent, item.linkId)] ?? 1) : 1;
    for (let copy = 0; copy < copies; copy++) {
      const place = placeOf(parent, item.linkId, copy);
      yield { item, place };
      yield* walk(item.item ?? [], typed, place);
    }
  }
}

const simple: Readonly<Record<string, (text: string) => QuestionnaireResponseItemAnswer | undefined>> = {
  boolean: (text) => ({ valueBoolean: text === 'true' }),
  integer: (text) => (/^-?\d{1,10}$/.test(text) ? { valueInteger: Number(text) } : undefined),
  decimal: (text) => (/^-?\d{1,12}([.,]\d{1,9})?$/.test(text) ? { valueDecimal: Number(text.replace(',', '.')) } : undefined),
  date: (text) => (/^\d{4}(-\d\d(-\d\d)?)?$/.test(text) ? { valueDate: text } : undefined),
  dateTime: (text) => {
    if (/^\d{4}(-\d\d(-\d\d)?)?$/.test(text)) return { valueDateTime: text };
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? undefined : { valueDateTime: at.toISOString().replace('.000', '') };
  },
  time: (text) => (/^\d\d:\d\d(:\d\d)?$/.test(text) ? { valueTime: text.length === 5 ? `${text}:00` : text } : undefined),
  string: (text) => ({ valueString: text }),
  text: (text) => ({ valueString: text }),
  url: (text) => (/^[a-z][a-z0-9+.-]*:\S+$/i.test(text) ? { valueUri: text } : undefined),
  reference: (text) => ({ valueReference: /^[A-Z]\w+\/[\w.-]+$/.test(text) ? { reference: text } : { display: text } }),
  attachment: (text) => {
    try {
      const { title, contentType, data } = JSON.parse(text) as { title?: string; contentType?: string; data?: string };
      return data === undefined ? undefined : { valueAttachment: { title, contentType, data } };
    } catch {
      return undefined;
    }
  },
};

/** Undefined: what is typed is no answer to this. */
export function answerOf(item: QuestionnaireItem, text: string, expanded?: Expanded): QuestionnaireResponseItemAnswer | undefined {
  if (item.type === 'choice' || item.type === 'open-choice') {
    const option = optionsOf(item, expanded).find(({ key }) => key === text);
    if (option !== undefined) return option.answer;
    return item.type === 'open-choice' && text.startsWith('t:') ? { valueString: text.slice(2) } : undefined;
  }
  if (item.type === 'quantity') {
    const value = simple['decimal']?.(text.trim())?.valueDecimal;
    const unit = unitOf(item);
    if (value === undefined) return undefined;
    return {
      valueQuantity: { value, ...(unit === undefined ? {} : { unit: unit.display ?? unit.code, system: unit.system, code: unit.code }) },
    };
  }
  // Items with options of their own may be of any simple type.
  const option = optionsOf(item, expanded).find(({ key }) => key === text);
  return option?.answer ?? (Object.hasOwn(simple, item.type) ? simple[item.type]?.(text.trim()) : undefined);
}

const given = (typed: FormTyped, place: string): string[] => (typed.answers[place] ?? []).filter((text) => text.trim() !== '');

/** The answers to a question, looked for in the same copy of a group first, then further out. */
function answersTo(question: string, from: string, form: Form, typed: FormTyped): { item: QuestionnaireItem; texts: string[] } | undefined {
  const all = [...walk(form.questionnaire.item ?? [], typed)].filter(({ item }) => item.linkId === question);
  const shared = (place: string): number => {
    const [a, b] = [place.split('/'), from.split('/')];
    let same = 0;
    while (same < a.length && a[same] === b[same]) same++;
    return same;
  };
  const [nearest] = all.sort((a, b) => shared(b.place) - shared(a.place));
  return nearest === undefined ? undefined : { item: nearest.item, texts: given(typed, nearest.place) };
}

export interface Form {
  questionnaire: Questionnaire;
  patient: object | undefined;
  expanded: Expanded;
  today: string;
}

const comparable = (value: unknown): string | number | boolean | undefined => {
  if (typeof value === 'object' && value !== null) {
    if ('code' in value && !('value' in value)) return `${'system' in value ? String(value.system) : ''}|${String(value.code)}`;
    if ('value' in value) return Number(value.value);
    if ('reference' in value) return String(value.reference);
    return undefined;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
};
const valueIn = (holder: object, prefix: string): unknown => Object.entries(holder).find(([name]) => name.startsWith(prefix))?.[1];

function holds(condition: QuestionnaireItemEnableWhen, place: string, form: Form, typed: FormTyped): boolean {
  const found = answersTo(condition.question, place, form, typed);
  const answers = (found?.texts ?? []).map((text) => (found === undefined ? undefined : answerOf(found.item, text, form.expanded)));
  // What is not asked has no answer.
  const asked = found !== undefined && answers.some((answer) => answer !== undefined);
  if (condition.operator === 'exists') return asked === (condition.answerBoolean ?? true);
  const wanted = comparable(valueIn(condition, 'answer'));
  const values = answers.map((answer) => (answer === undefined ? undefined : comparable(valueIn(answer, 'value'))));
  const compares: Readonly<Record<string, (value: string | number | boolean) => boolean>> = {
    '=': (value) => value === wanted,
    '!=': (value) => value !== wanted,
    '>': (value) => wanted !== undefined && value > wanted,
    '<': (value) => wanted !== undefined && value < wanted,
    '>=': (value) => wanted !== undefined && value >= wanted,
    '<=': (value) => wanted !== undefined && value <= wanted,
  };
  const test = Object.hasOwn(compares, condition.operator) ? compares[condition.operator] : undefined;
  return test !== undefined && values.some((value) => value !== undefined && test(value));
}

export function isAsked(item: QuestionnaireItem, place: string, form: Form, typed: FormTyped): boolean {
  const conditions = item.enableWhen ?? [];
  if (conditions.length === 0) return true;
  return item.enableBehavior === 'any'
    ? conditions.some((condition) => holds(condition, place, form, typed))
    : conditions.every((condition) => holds(condition, place, form, typed));
}

/** What stands there before anybody types: initial values, chosen options, what is known of the patient. */
export function beginning(form: Form): { typed: FormTyped; prefilled: ReadonlySet<string> } {
  const typed: FormTyped = { answers: {}, copies: {} };
  const prefilled = new Set<string>();
  for (const { item, place } of walk(form.questionnaire.item ?? [], typed)) {
    const options = optionsOf(item, form.expanded);
    const initial = [
      ...(item.initial ?? []).map((one) => textOf(item, valueIn(one, 'value'), options)),
      ...(item.answerOption ?? []).flatMap((one, at) => (one.initialSelected === true ? [`o:${at}`] : [])),
    ].filter((text) => text !== undefined);
    const expression = expressionOf(item, 'initialExpression');
    const known =
      initial.length > 0 || expression === undefined ? [] : evaluated(expression, form, { resourceType: 'QuestionnaireResponse' });
    const texts = initial.length > 0 ? initial : known.map((value) => textOf(item, value, options)).filter((text) => text !== undefined);
    if (texts.length > 0) typed.answers[place] = item.repeats === true ? texts : texts.slice(0, 1);
    if (initial.length === 0 && texts.length > 0) prefilled.add(place);
  }
  return { typed, prefilled };
}

/** The text that stands for a value. */
function textOf(item: QuestionnaireItem, value: unknown, options: readonly Option[]): string | undefined {
  if (value === undefined || value === null) return undefined;
  const option = options.find(({ answer }) => comparable(valueIn(answer, 'value')) === comparable(value));
  if (option !== undefined) return option.key;
  if (item.type === 'open-choice') return `t:${String(typeof value === 'object' && 'display' in value ? value.display : value)}`;
  if (item.type === 'attachment') return JSON.stringify(value);
  if (typeof value === 'object') {
    if ('reference' in value) return String(value.reference);
    if ('display' in value) return String(value.display);
    return 'value' in value ? String(value.value) : undefined;
  }
  return String(value);
}

/** What was answered before, to go on with or to change. */
export function typedFrom(response: QuestionnaireResponse, form: Form): FormTyped {
  const typed: FormTyped = { answers: {}, copies: {} };
  const read = (items: readonly QuestionnaireItem[], answers: readonly QuestionnaireResponseItem[], parent: string): void => {
    for (const item of items) {
      const mine = answers.filter(({ linkId }) => linkId === item.linkId);
      if (item.type === 'group' && item.repeats === true && mine.length > 1) typed.copies[placeOf(parent, item.linkId)] = mine.length;
      mine.forEach((one, copy) => {
        const place = placeOf(parent, item.linkId, item.type === 'group' ? copy : 0);
        const options = optionsOf(item, form.expanded);
        const texts = (one.answer ?? [])
          .map((answer) => textOf(item, valueIn(answer, 'value'), options))
          .filter((text) => text !== undefined);
        if (texts.length > 0) typed.answers[place] = texts;
        read(item.item ?? [], [...(one.item ?? []), ...(one.answer ?? []).flatMap((answer) => answer.item ?? [])], place);
      });
    }
  };
  read(form.questionnaire.item ?? [], response.item ?? [], '');
  return typed;
}

function evaluated(expression: string, form: Form, resource: object): readonly unknown[] {
  const points = new Map<string, number>();
  for (const { item } of walk(form.questionnaire.item ?? [], { answers: {}, copies: {} }))
    for (const { answer, points: worth } of optionsOf(item, form.expanded))
      if (worth !== undefined) points.set(String(comparable(valueIn(answer, 'value'))), worth);
  const world: World = { resource, patient: form.patient, today: form.today, ordinal: (value) => points.get(String(comparable(value))) };
  try {
    return compile(expression)([], world);
  } catch {
    // Beyond the part of FHIRPath that is known here: the field stays empty and open, and `notUnderstood` names it.
    return [];
  }
}

/** Fields whose expression is not understood: they are left to be filled in by hand. */
export function notUnderstood(questionnaire: Questionnaire): string[] {
  return [...walk(questionnaire.item ?? [], { answers: {}, copies: {} })].flatMap(({ item }) =>
    (['calculatedExpression', 'initialExpression'] as const).flatMap((name) => {
      const expression = expressionOf(item, name);
      if (expression === undefined) return [];
      try {
        compile(expression);
        return [];
      } catch {
        return [item.linkId];
      }
    }),
  );
}

/** The items of the response: what is asked and answered, nothing else. */
function itemsOf(items: readonly QuestionnaireItem[], form: Form, typed: FormTyped, parent: string): QuestionnaireResponseItem[] {
  return items.flatMap((item): QuestionnaireResponseItem[] => {
    if (item.type === 'display') return [];
    const copies = item.type === 'group' && item.repeats === true ? (typed.copies[placeOf(parent, item.linkId)] ?? 1) : 1;
    return Array.from({ length: copies }, (_, copy) => placeOf(parent, item.linkId, copy)).flatMap((place): QuestionnaireResponseItem[] => {
      if (!isAsked(item, place, form, typed)) return [];
      const named = { linkId: item.linkId, ...(item.text === undefined ? {} : { text: item.text }) };
      const inner = itemsOf(item.item ?? [], form, typed, place);
      if (item.type === 'group') return inner.length === 0 ? [] : [{ ...named, item: inner }];
      const answer = given(typed, place)
        .map((text) => answerOf(item, text, form.expanded))
        .filter((one) => one !== undefined);
      const [first, ...others] = answer;
      if (first === undefined) return [];
      return [{ ...named, answer: [inner.length === 0 ? first : { ...first, item: inner }, ...others] }];
    });
  });
}

/** With what is calculated filled in; twice, so that a calculation may rest on another. */
export function calculated(form: Form, typed: FormTyped): FormTyped {
  let now = typed;
  for (let round = 0; round < 2; round++) {
    const resource = { resourceType: 'QuestionnaireResponse', item: itemsOf(form.questionnaire.item ?? [], form, now, '') };
    const answers = { ...now.answers };
    for (const { item, place } of walk(form.questionnaire.item ?? [], now)) {
      const expression = expressionOf(item, 'calculatedExpression');
      if (expression === undefined) continue;
      const value = evaluated(expression, form, resource)[0];
      const text = textOf(item, value, optionsOf(item, form.expanded));
      if (text !== undefined) answers[place] = [text];
      else if (item.readOnly === true) delete answers[place];
    }
    now = { ...now, answers };
  }
  return now;
}

/** What is missing or is no answer, by place. */
export function findings(form: Form, typed: FormTyped): Map<string, string> {
  const found = new Map<string, string>();
  const look = (items: readonly QuestionnaireItem[], parent: string): void => {
    for (const item of items) {
      const copies = item.type === 'group' && item.repeats === true ? (typed.copies[placeOf(parent, item.linkId)] ?? 1) : 1;
      for (let copy = 0; copy < copies; copy++) {
        const place = placeOf(parent, item.linkId, copy);
        if (!isAsked(item, place, form, typed)) continue;
        const texts = given(typed, place);
        if (item.required === true && texts.length === 0 && !['group', 'display'].includes(item.type) && !isHidden(item))
          found.set(place, 'This needs an answer');
        else if (texts.some((text) => answerOf(item, text, form.expanded) === undefined)) found.set(place, `This is no ${item.type}`);
        else if (item.maxLength !== undefined && texts.some((text) => text.length > (item.maxLength ?? 0)))
          found.set(place, `At most ${item.maxLength} letters`);
        look(item.item ?? [], place);
      }
    }
  };
  look(form.questionnaire.item ?? [], '');
  return found;
}

export const responseItems = (form: Form, typed: FormTyped): QuestionnaireResponseItem[] =>
  itemsOf(form.questionnaire.item ?? [], form, typed, '');

/** The sum of the points of what was chosen, and of how many that have points; undefined: nothing here is scored. */
export function scoreOf(form: Form, typed: FormTyped): { points: number; answered: number; of: number } | undefined {
  let [points, answered, of] = [0, 0, 0];
  for (const { item, place } of walk(form.questionnaire.item ?? [], typed)) {
    const options = optionsOf(item, form.expanded);
    if (!options.some((option) => option.points !== undefined) || !isAsked(item, place, form, typed)) continue;
    of++;
    const chosen = given(typed, place).map((text) => options.find(({ key }) => key === text)?.points);
    if (chosen.some((one) => one !== undefined)) answered++;
    points += chosen.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  }
  return of === 0 ? undefined : { points, answered, of };
}
