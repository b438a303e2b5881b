// When the effect of a dose that was given when needed is asked for, by the way into the body
// (knowledge/medication-administration/effect-times.json).
import type { EffectTime } from './contract.ts';

/** undefined: the site has no row for this route and none for all others (`*`). */
export const effectMinutes = (times: readonly EffectTime[], route: string | undefined): number | undefined =>
  (times.find((each) => route !== undefined && each.routes.includes(route)) ?? times.find((each) => each.routes.includes('*')))?.minutes;
