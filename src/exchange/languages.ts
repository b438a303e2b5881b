// The formats that exchange understands, each with what it reads from a message before anything else: who sends it, what it is called,
// whom it is about.
import type { Translation, TranslationContext } from '../formats/contract.ts';
import { aboutHl7v2 } from '../formats/hl7v2/about.ts';
import { tell } from '../formats/hl7v2/to-fhir.ts';
import { readMessage } from '../formats/hl7v2/tree/message.ts';
import type { About, FormatName } from './contract.ts';

export interface Language {
  /** Never fails: what cannot be read is a `fault`. */
  about(raw: Uint8Array): About;
  translate(raw: Uint8Array, context: TranslationContext): Translation;
}

export const languages: Partial<Record<FormatName, Language>> = {
  hl7v2: {
    about: aboutHl7v2,
    translate: (raw, context) => tell(readMessage(raw), context).translation,
  },
};
