// The route of a prescription, from its words, from the code of FHIR or HL7, or from the form of the product.
import type { Route } from '../knowledge/contract.ts';

/** Words of routes, the telling ones first: "iv" in "ivpb" never counts as a word of its own. */
const wordsOf: readonly (readonly [Route, RegExp])[] = [
  ['intrathecal', /\b(?:intrathecal(?:ly)?|it(?= (?:x|once|on|day|weekly|q|for|injection|dose|push|$)))\b|\bper it\b|\bin the csf\b/],
  ['epidural', /\bepidural(?:ly)?\b/],
  ['intravitreal', /\bintravitreal(?:ly)?\b/],
  ['intra-articular', /\bintra-?articular(?:ly)?\b/],
  ['intravesical', /\bintravesical(?:ly)?\b/],
  ['intraperitoneal', /\bintraperitoneal(?:ly)?\b|\bip\b/],
  ['intra-arterial', /\bintra-?arterial(?:ly)?\b/],
  ['perineural', /\b(?:perineural|nerve block|infiltrat(?:ion|e|ed))\b/],
  ['intraosseous', /\bintraosseous(?:ly)?\b|\bio\b/],
  ['intradermal', /\bintradermal(?:ly)?\b/],
  ['subcutaneous', /\b(?:subcutaneous(?:ly)?|subcut|subq|sub-q|sq|sc|s\.c|s\/c|subdermal)\b|\bunder the skin\b/],
  ['intramuscular', /\b(?:intramuscular(?:ly)?|im|i\.m|deep im)\b/],
  [
    'enteral-tube',
    /\b(?:ng tube|nasogastric|via ng|per ng|ngt|og tube|ogt|peg(?: tube)?(?! ?3350)|g-?tube|gastrostomy|j-?tube|feeding tube|per tube|via tube|enteral)\b/,
  ],
  ['sublingual', /\b(?:sublingual(?:ly)?|sl|s\.l|under the tongue)\b/],
  ['buccal', /\bbuccal(?:ly)?\b/],
  ['rectal', /\b(?:rectal(?:ly)?|pr|p\.r|per rectum|enema|suppositor(?:y|ies) rectal)\b/],
  ['vaginal', /\b(?:vaginal(?:ly)?|pv|per vagina|intravaginal(?:ly)?)\b/],
  [
    'ophthalmic',
    /\b(?:ophthalmic(?:ally)?|ophth|o[uds]|eye ?drops?|eye ointment|(?:both|each|left|right|affected) eyes?|(?:in|to|into) (?:the |both |each |affected |left |right )*eyes?)\b/,
  ],
  [
    'otic',
    /\b(?:otic|ear ?drops?|(?:both|each|left|right|affected) ears?|(?:in|to|into) (?:the |both |each |affected |left |right )*ears?)\b/,
  ],
  ['nasal', /\b(?:nasal(?:ly)?|intranasal(?:ly)?|nasal spray|(?:in|into) (?:the |both |each |left |right )*nostrils?|each nostril)\b/],
  [
    'inhaled',
    /\b(?:inhal(?:ed|ation|e)|inh|nebuli[sz](?:ed|er|ation)|nebs?|hfa|mdi|dpi|inhaler|actuat(?:ion)?|respiratory \(inhalation\)|respiratory tract)\b/,
  ],
  ['transdermal', /\b(?:transdermal(?:ly)?|td|patch(?:es)?)\b/],
  [
    'topical',
    /\b(?:topical(?:ly)?|top|cream|ointment|lotion|apply|gel|to (?:the )?(?:affected|skin|rash)(?: area)?|cutaneous|shampoo|foam)\b/,
  ],
  ['irrigation', /\birrigat(?:e|ion)\b/],
  ['intravenous', /\b(?:intravenous(?:ly)?|iv|i\.v|ivp|ivpb|ivf|iv push|iv bolus|infusion|drip|injection,? intravenous)\b/],
  ['oromucosal', /\b(?:swish|gargle|mouthwash|oromucosal)\b/],
  ['implant', /\bimplant\b/],
  ['oral', /\b(?:by mouth|oral(?:ly)?|po|p\.o|per os|mouth|swallow)\b/],
];

/** HL7 table 0162, and the codes of route that systems use without words. */
const codes: Record<string, Route> = {
  PO: 'oral',
  IV: 'intravenous',
  IVP: 'intravenous',
  IVPB: 'intravenous',
  IM: 'intramuscular',
  SC: 'subcutaneous',
  SQ: 'subcutaneous',
  SL: 'sublingual',
  PR: 'rectal',
  VG: 'vaginal',
  PV: 'vaginal',
  TP: 'topical',
  TD: 'transdermal',
  NS: 'nasal',
  IH: 'inhaled',
  INHL: 'inhaled',
  NEB: 'inhaled',
  OP: 'ophthalmic',
  OT: 'otic',
  ID: 'intradermal',
  IT: 'intrathecal',
  EP: 'epidural',
  IO: 'intraosseous',
  IP: 'intraperitoneal',
  IA: 'intra-arterial',
  NG: 'enteral-tube',
  GTT: 'enteral-tube',
  BU: 'buccal',
  MM: 'oromucosal',
  IVL: 'intravesical',
  IVIT: 'intravitreal',
};

/** Forms that can only be given one way. */
const byForm: readonly (readonly [Route, RegExp])[] = [
  [
    'oral',
    /\b(?:tab(?:let)?s?|caplets?|cap(?:sule)?s?|pills?|syrup|elixir|oral (?:suspension|solution)|lozenges?|chewable|granules|packets?|sachets?)\b/,
  ],
  ['rectal', /\b(?:suppositor(?:y|ies)|supp|enema)\b/],
  ['inhaled', /\bpuffs?\b/],
  ['intravenous', /\bintravenous solution\b/],
];

/** Route by the words of a text (levelled); undefined where it says none or where injection alone is said. */
export function routeIn(text: string): Route | undefined {
  // "iv to po", "po/iv": the first that is written.
  let best: { route: Route; at: number } | undefined;
  for (const [route, words] of wordsOf) {
    const found = words.exec(text);
    if (found && (best === undefined || found.index < best.at)) best = { route, at: found.index };
  }
  // A cream that goes into the eye: the place says more than the form.
  if (best?.route === 'topical' || best?.route === 'transdermal') {
    const place = wordsOf.find(
      ([route, words]) => ['ophthalmic', 'otic', 'vaginal', 'nasal', 'rectal', 'oral', 'intravenous'].includes(route) && words.test(text),
    );
    if (place) return place[0];
  }
  return best?.route;
}

export function routeByForm(text: string): Route | undefined {
  return byForm.find(([, words]) => words.test(text))?.[0];
}

export const routeByCode = (code: string): Route | undefined => {
  const key = code.toUpperCase();
  return Object.hasOwn(codes, key) ? codes[key] : undefined;
};

/** Extended release in the name or the form of a product. */
export const isExtendedRelease = (text: string): boolean =>
  /\b(?:extended[- ]release|sustained[- ]release|controlled[- ]release|modified[- ]release|delayed[- ]release|enteric[- ]coated|prolonged[- ]release|er|xr|sr|cr|xl|la|ec|dr|mr|cd|\d+ ?hr)\b/i.test(
    text,
  );

/** Forms that go one way, and the ways that are theirs; "inhaler, 2 puffs by mouth" is how people write. */
const ofForm: readonly (readonly [string, RegExp, readonly Route[]])[] = [
  ['eye drops', /\beye ?drops?\b|\bophthalmic (?:solution|suspension|ointment|drops?)\b/g, ['ophthalmic', 'otic']],
  ['ear drops', /\bear ?drops?\b|\botic (?:solution|suspension|drops?)\b/g, ['otic']],
  ['a nasal spray', /\bnasal (?:spray|solution)\b/g, ['nasal']],
  ['a patch', /\b(?:transdermal (?:patch|system)|patch(?:es)?)\b/g, ['transdermal', 'topical']],
  ['a suppository', /\bsuppositor(?:y|ies)\b/g, ['rectal', 'vaginal']],
  [
    'a cream or ointment',
    /\b(?:cream|ointment|lotion|shampoo)\b/g,
    ['topical', 'vaginal', 'rectal', 'ophthalmic', 'otic', 'nasal', 'oromucosal', 'transdermal'],
  ],
  [
    'a tablet or capsule',
    /\b(?:tab(?:let)?s?|caplets?|cap(?:sule)?s?)\b/g,
    ['oral', 'enteral-tube', 'sublingual', 'buccal', 'oromucosal', 'vaginal', 'rectal', 'inhaled'],
  ],
];

/** A form and another way than its own in one order ("eye drops … po"); `text` is levelled. */
export function formAgainstRoute(text: string, stated: Route | undefined): { form: string; route: Route } | undefined {
  const found = ofForm.filter(([, words]) => text.search(words) >= 0);
  // Two forms in one text: it says more than one thing, and which the way belongs to is not known.
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  const [form, words, ways] = only;
  const route = [routeIn(text.replaceAll(words, ' ')), stated].find((each) => each !== undefined && !ways.includes(each));
  return route === undefined ? undefined : { form, route };
}
