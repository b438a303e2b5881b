// The value sets of a package that a site adds, held in memory where every code of them is listed in it.
import type { Json } from '../json.ts';
import type { CodeAnswer, CodesAtHand } from '../terminology/contract.ts';
import { displayAnswer } from './codes-at-hand.ts';
import { isMembers, withoutVersion } from './definition.ts';
import { type Codes, Expander } from './expand-codes.ts';

/** Larger ones are the terminology's work. */
const maxCodes = 10_000;

const yes: CodeAnswer = { answer: 'yes', why: 'The code is in the value set.' };
const no: CodeAnswer = { answer: 'no', why: 'The code is not in the value set.' };

/** Answers from the ValueSets and CodeSystems among `resources`, which replace those of `others` of the same address. */
export function packageCodes(resources: Iterable<Json>, others: CodesAtHand): CodesAtHand {
  const found = new Map<string, Json>();
  for (const one of resources) {
    if (isMembers(one) && typeof one['url'] === 'string') found.set(`${String(one['resourceType'])} ${withoutVersion(one['url'])}`, one);
  }
  const expander = new Expander((kind, url) => found.get(`${kind} ${url}`));
  const known = new Map<string, Codes | undefined>();
  const codesOf = (url: string): Codes | undefined => {
    if (!known.has(url)) {
      const codes = expandedOrNone(expander, url);
      const size = codes ? [...codes.values()].reduce((sum, one) => sum + one.size, 0) : 0;
      known.set(url, size > maxCodes ? undefined : codes);
    }
    return known.get(url);
  };
  return {
    memberOf(valueSet, coding) {
      const url = withoutVersion(valueSet);
      if (!found.has(`ValueSet ${url}`)) return others.memberOf(valueSet, coding);
      const codes = codesOf(url);
      if (!codes) return undefined;
      const { system, code, display } = coding;
      if (system === undefined) return [...codes.values()].some((one) => one.has(code)) ? yes : no;
      const concept = codes.get(system)?.get(code);
      if (!concept) return no;
      return displayAnswer(display, concept.display);
    },
  };
}

/** A package may hold what has another form than R4 says: nothing is known of such a value set. */
function expandedOrNone(expander: Expander, url: string): Codes | undefined {
  try {
    return expander.expand(url);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
