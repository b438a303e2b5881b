// Codes that a template of C-CDA R2.1 fixes: they say what kind of statement it is, and so does the element of FHIR that its value
// became. `AllergyIntolerance.reaction.severity` is there because an observation with the code SEV stood there, and is written as one
// again (produce/): such a code is mapped to that element. Where nothing that is written from FHIR has the code, it is structural.
import type { Conversion } from './mapping/conversion.ts';
import type { Draft } from './mapping/draft.ts';
import { childOf, type Element, type Leaf, leafOf } from './tree/tree.ts';

/** The elements that leaves of the document became, as the ledger writes them. */
export type Said = ReadonlyMap<Leaf, readonly string[]>;

/** The element by which the code is said: from what a part of the statement became, or from the resource that the statement became. */
type Sayer =
  | { part: 'value'; element: RegExp }
  /** Of the resource: the element that must be there, and hold this where it is said. */
  | { becomes: string; element: string; holds?: string };

const sayers: Readonly<Record<string, readonly Sayer[]>> = {
  // Allergy - Intolerance Observation, Reaction Observation, Precondition for Substance Administration.
  ASSERTION: [
    {
      part: 'value',
      element: /^AllergyIntolerance\/[^#]*#(type|category\[\d+\]|code|reaction\[\d+\]\.manifestation\[\d+\])/,
    },
    { part: 'value', element: /^Medication(?:Request|Statement)\/[^#]*#dosage(?:Instruction)?\[\d+\]\.asNeededCodeableConcept/ },
  ],
  // Severity Observation, Age Observation, Problem Status, Criticality Observation.
  SEV: [{ part: 'value', element: /^AllergyIntolerance\/[^#]*#reaction\[\d+\]\.severity/ }],
  '445518008': [
    { part: 'value', element: /^Condition\/[^#]*#onsetAge/ },
    { part: 'value', element: /^FamilyMemberHistory\/[^#]*#condition\[\d+\]\.onsetAge/ },
  ],
  '33999-4': [{ part: 'value', element: /^Condition\/[^#]*#clinicalStatus/ }],
  '82606-5': [{ part: 'value', element: /^AllergyIntolerance\/[^#]*#criticality/ }],
  // Problem Concern Act, Allergy Concern Act: what is of concern, and in which state the concern is.
  CONC: [
    { becomes: 'Condition', element: 'category[0].coding[0].code', holds: 'problem-list-item' },
    { becomes: 'AllergyIntolerance', element: 'clinicalStatus' },
  ],
  // Coverage Activity.
  '48768-6': [{ becomes: 'Coverage', element: 'payor[0]' }],
};

/** The elements that say the code of this statement; undefined where none does. */
export function saidByElement(statement: Element, code: string, said: Said, cx: Conversion): string[] | undefined {
  if (!Object.hasOwn(sayers, code)) return undefined;
  for (const sayer of sayers[code] ?? []) {
    const element = 'part' in sayer ? ofValue(statement, sayer.element, said) : ofResource(cx.became.get(statement), sayer);
    if (element !== undefined) return [element];
  }
  return undefined;
}

function ofValue(statement: Element, element: RegExp, said: Said): string | undefined {
  const value = childOf(statement, 'value');
  if (value === undefined) return undefined;
  for (const leaf of value.attributes)
    for (const one of said.get(leaf) ?? []) {
      const found = element.exec(one);
      if (found !== null) return found[0];
    }
  return undefined;
}

function ofResource(
  draft: Draft | undefined,
  { becomes, element, holds }: { becomes: string; element: string; holds?: string },
): string | undefined {
  if (draft?.type !== becomes) return undefined;
  const there = draft.at(element).value;
  return there === undefined || (holds !== undefined && there !== holds) ? undefined : `${draft.reference}#${element}`;
}

/** The leaf of a code that a template fixes, or of its system, as the elements that say it. */
export function fixedCode(leaf: Leaf, said: Said, cx: Conversion): string[] | undefined {
  const { owner, name } = leaf;
  if (owner.name !== 'code' || owner.parent === undefined || (name !== 'code' && name !== 'codeSystem')) return undefined;
  const code = leafOf(owner, 'code');
  return code === undefined ? undefined : saidByElement(owner.parent, cx.text(code), said, cx);
}
