// Texts: ST and ED, inline or by a pointer into the narrative (CDA R2, 4.3.5.1: the pointed text is what the entry says).
import type { Conversion } from '../mapping/conversion.ts';
import { asIs, type Back, oneWay, type Place } from '../mapping/draft.ts';
import { childOf, type Element, leafOf, textsOf } from '../tree/tree.ts';

const whole: Back = asIs;
const nothing: Back = () => '';

/** The text of the element itself: one leaf in nearly all cases; where comments cut it, the first takes what is written later. */
export function plain(from: Element, at: Place, cx: Conversion): void {
  const leaves = textsOf(from);
  const text = cx.ownText(from);
  if (text === '') return;
  for (const [i, leaf] of leaves.entries()) at.say(leaf, text, i === 0 ? whole : nothing);
}

/** ED: what is pointed to, or what stands in it. */
export function narrated(from: Element, at: Place, cx: Conversion): void {
  const reference = childOf(from, 'reference');
  const leaf = leafOf(reference, 'value');
  const pointed = leaf === undefined ? undefined : cx.pointed(cx.text(leaf).trim());
  if (leaf !== undefined && pointed !== undefined) {
    cx.structural.add(leaf);
    pointedText(pointed, at, cx);
  } else if (leaf !== undefined) {
    cx.kept.set(leaf, 'It points to no part of the narrative');
  }
  if (textsOf(from).length > 0 && at.value === undefined) plain(from, at, cx);
}

/** More texts than these say an element together only in the narrative's own rows: a pointer to a whole table costs no more than one. */
const maxPointedLeaves = 20;

/** The leaves of the narrative say the element too; where it is a single one, a change goes back into it. */
export function pointedText(pointed: Element, at: Place, cx: Conversion): void {
  const { text, leaves } = cx.pointedText(pointed);
  if (text === '') return;
  if (leaves.length > maxPointedLeaves) {
    at.setIfFree(text);
    return;
  }
  const back = leaves.length === 1 ? whole : oneWay;
  for (const leaf of leaves) at.say(leaf, text, back);
}

/** The statement's own text: only where it is written there and not in the narrative, which has it already. */
export function inlineText(from: Element, at: Place, cx: Conversion): void {
  const leaf = leafOf(childOf(from, 'reference'), 'value');
  if (leaf !== undefined) {
    if (cx.pointed(cx.text(leaf).trim()) !== undefined) cx.structural.add(leaf);
    else cx.kept.set(leaf, 'It points to no part of the narrative');
  }
  plain(from, at, cx);
}
