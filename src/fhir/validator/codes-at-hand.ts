// HL7's own small value sets, held in memory: a code can be checked while the resource is walked. One is read when it is first asked.
import { displays, valueSets } from '../generated/codes.ts';
import { bindingOf } from '../structure/bindings.ts';
import type { CodeAnswer, CodesAtHand, Coding } from '../terminology/contract.ts';
import { withoutVersion } from './definition.ts';

interface Known {
  bySystem: Map<string, Set<string>>;
}

const known = new Map<string, Known>();
const displaysOf = new Map<string, Map<string, string>>();

/** Value sets that stand for a whole language of codes, which the structural walk checks by form; see structure/bindings.ts. */
const byForm: Readonly<Record<string, string>> = {
  'http://hl7.org/fhir/ValueSet/all-languages': 'language',
  'http://hl7.org/fhir/ValueSet/mimetypes': 'mime-type',
  'http://hl7.org/fhir/ValueSet/currencies': 'currency',
  'http://hl7.org/fhir/ValueSet/ucum-units': 'unit',
};

const yes: CodeAnswer = { answer: 'yes', why: 'The code is in the value set.' };
const no: CodeAnswer = { answer: 'no', why: 'The code is not in the value set.' };

export const codesAtHand: CodesAtHand = {
  memberOf(valueSet: string, coding: Coding): CodeAnswer | undefined {
    const url = withoutVersion(valueSet);
    const form = Object.hasOwn(byForm, url) ? byForm[url] : undefined;
    if (form !== undefined) {
      const binding = bindingOf(form);
      const fits = coding.system === undefined ? binding.hasCode(coding.code) : binding.hasCoding(coding.system, coding.code);
      return fits ? yes : no;
    }
    const set = setOf(url);
    if (!set) return undefined;
    const { system, code, display } = coding;
    // A bare code has the system of its value set.
    if (system === undefined) return [...set.bySystem.values()].some((codes) => codes.has(code)) ? yes : no;
    if (!set.bySystem.get(system)?.has(code)) return no;
    return display === undefined ? yes : withDisplay(system, code, display);
  },
};

function setOf(url: string): Known | undefined {
  let set = known.get(url);
  if (!set && Object.hasOwn(valueSets, url)) {
    set = { bySystem: new Map(valueSets[url]?.map(([system, codes]) => [system, new Set(codes.split('\t'))])) };
    known.set(url, set);
  }
  return set;
}

function withDisplay(system: string, code: string, display: string): CodeAnswer {
  let all = displaysOf.get(system);
  if (!all) {
    const list = displays[system]?.split('\t') ?? [];
    all = new Map(Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i] as string, list[2 * i + 1] as string]));
    displaysOf.set(system, all);
  }
  return displayAnswer(display, all.get(code));
}

/** That the code is in the value set, and whether its display is the official one, where both are known. */
export function displayAnswer(display: string | undefined, official: string | undefined): CodeAnswer {
  if (display === undefined || official === undefined || plain(official) === plain(display)) return yes;
  return { ...yes, display: official, wrongDisplay: true };
}

/** Letters of either case and blanks make no other display. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
