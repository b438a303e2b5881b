// Which names of a list may be read out of a prescription. Brands are called "Today", "Act" or "Cold": a word that prescriptions use
// for something else would turn a time or a route into a drug.
import { plain } from '../reading/names.ts';
import { levelled, quantitiesIn } from '../reading/quantities.ts';
import { routeIn } from '../reading/route.ts';
import { timingIn } from '../reading/timing.ts';

const lettersLeast = 4;
const lettersMost = 80;
const wordsMost = 8;

/** Words of prescriptions, problems and days that are brands of something too. */
const ordinary = new Set(
  (
    'today daily once twice drug drugs dose doses pain fever cold cough flu sleep relief relieve rescue children childrens infant infants adult adults ' +
    'baby kids women mens womens senior night nighttime day daytime morning evening bedtime hour hours week month tablet capsule cream ointment ' +
    'lotion gel spray drops solution suspension syrup powder injection infusion patch shampoo soap wipes wash scrub rinse mouthwash lozenge vitamin ' +
    'vitamins multivitamin prenatal complete advanced advance active extra maximum regular strength ultra plus original natural pure clear clean ' +
    'calm focus balance because action first second third formula care health healthy life skin face body hair foot heart joint muscle eye eyes ear ' +
    'nose throat stomach acid allergy sinus nasal oral topical rectal water saline alcohol sugar salt oil tear tears with without after before until ' +
    'start stop hold continue increase decrease taper titrate change review normal high mild moderate severe acute chronic control prevent daily ' +
    'protection sunscreen sanitizer antiseptic antibacterial antacid laxative generic brand none other unknown placebo kit pack starter system unit ' +
    'step test home medical health first-aid family equate kirkland walgreens'
  ).split(' '),
);

export function isSayable(name: string): boolean {
  if (name.length < lettersLeast || name.length > lettersMost) return false;
  const words = plain(name).match(/[\p{L}\p{N}']+/gu) ?? [];
  if (words.length === 0 || words.length > wordsMost) return false;
  if (!/\p{L}{3}/u.test(name) || words.every((word) => ordinary.has(word) || word.length < 3)) return false;
  const level = levelled(name);
  // "N." is no name, and neither is what a prescription reads as a route, an amount or a time.
  return routeIn(level) === undefined && quantitiesIn(level).length === 0 && Object.keys(timingIn(level)).length === 0;
}
