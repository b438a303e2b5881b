// Every function there is, by its name.
import { boundaries } from './boundary.ts';
import { conversion } from './conversion.ts';
import type { Definitions } from './definition.ts';
import { existence } from './existence.ts';
import { fhir } from './fhir.ts';
import { filtering } from './filtering.ts';
import { math } from './math.ts';
import { strings } from './strings.ts';
import { utility } from './utility.ts';

export const functions: Definitions = {
  ...existence,
  ...filtering,
  ...conversion,
  ...strings,
  ...math,
  ...utility,
  ...boundaries,
  ...fhir,
};
