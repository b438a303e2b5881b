// Imaging with contrast, by the words of its order: the contrast medium is what is checked.
import type { Route } from '../knowledge/contract.ts';

/** Ids that the knowledge has for a contrast medium whose name the order does not say. */
export const anyIodinatedContrast = 'iodinated-contrast';
export const anyGadoliniumContrast = 'gadolinium-contrast';

/** `undefined`: no imaging, or without contrast. Text levelled. */
export function imagingContrast(text: string): { ingredient: string; named: string; route: Route } | undefined {
  if (
    /\b(?:without|no|w\/o|non-?)\s*(?:iv |intravenous )?contrast\b/.test(text) &&
    !/\bwith and without\b|\bw\/ ?(?:and|&) ?w\/o\b/.test(text)
  )
    return undefined;
  const contrast = /\b(?:contrast|gadolinium|w\/ ?c)\b/.test(text);
  if (/\b(?:mri?|mra|magnetic resonance)\b/.test(text) && contrast)
    return { ingredient: anyGadoliniumContrast, named: 'contrast for magnetic resonance', route: 'intravenous' };
  const roentgen = /\b(?:ct|cta|computed tomography|cat scan)\b/.test(text) && contrast;
  if (
    roentgen ||
    /\b(?:coronary angiogra|cardiac cath|angiogram|angiography|venogra|intravenous pyelogra|ivp study|urogra|ct angio)/.test(text)
  )
    return { ingredient: anyIodinatedContrast, named: 'iodinated contrast', route: 'intravenous' };
  return undefined;
}
