// The formats that exchange understands, each with what it reads from a message before anything else: who sends it, what it is called,
// whom it is about.

import type { Problem } from '../fhir/result.ts';
import { aboutCcdaInSteps } from '../formats/ccda/about.ts';
import { readInSteps, toFhirInSteps } from '../formats/ccda/format.ts';
import type { Translation, TranslationContext } from '../formats/contract.ts';
import { aboutDevices, toFhirInSteps as deviceInSteps, readDeviceMessage } from '../formats/devices/devices.ts';
import { aboutHl7v2 } from '../formats/hl7v2/about.ts';
import { saysTooMuch } from '../formats/hl7v2/size.ts';
import { tellInSteps } from '../formats/hl7v2/to-fhir.ts';
import { readMessage } from '../formats/hl7v2/tree/message.ts';
import { aboutX12 } from '../formats/x12/about.ts';
import { readInSteps as readX12InSteps, toFhirInSteps as x12InSteps } from '../formats/x12/format.ts';
import { atOnce, inSlices } from '../record/slices.ts';
import type { About, FormatName } from './contract.ts';

export interface Language {
  /** Never fails: what cannot be read is a `fault`. */
  about(raw: Uint8Array): About;
  /** The same where it takes long of a long message; absent: it does not. */
  aboutInSteps?(raw: Uint8Array): Generator<undefined, About>;
  /** Why it is not translated at all; absent: it may be as long as a message may be. */
  tooMuch?(raw: Uint8Array): Problem | undefined;
  /** In steps of about a millisecond where a message may be long. */
  translate(raw: Uint8Array, context: TranslationContext): Generator<undefined, Translation>;
  /** Why what it says is not laid into the record although some of it could be; absent: what could be read is. */
  refused?(translation: Translation): Problem | undefined;
}

/** What is read from a message before anything else, while others are served. */
export const lookAtMessage = async ({ about, aboutInSteps }: Pick<Language, 'about' | 'aboutInSteps'>, raw: Uint8Array): Promise<About> =>
  aboutInSteps === undefined ? about(raw) : inSlices(aboutInSteps(raw));

export const languages: Partial<Record<FormatName, Language>> = {
  hl7v2: {
    about: aboutHl7v2,
    tooMuch: saysTooMuch,
    *translate(raw, context) {
      const message = readMessage(raw);
      yield;
      return (yield* tellInSteps(message, context)).translation;
    },
  },
  ccda: {
    about: (raw) => atOnce(aboutCcdaInSteps(raw)),
    aboutInSteps: aboutCcdaInSteps,
    *translate(raw, context) {
      return yield* toFhirInSteps(yield* readInSteps(raw), context);
    },
  },
  x12: {
    about: aboutX12,
    *translate(raw, context) {
      return yield* x12InSteps(yield* readX12InSteps(raw), context);
    },
  },
  devices: {
    about: aboutDevices,
    *translate(raw, context) {
      yield;
      const message = readDeviceMessage(raw);
      yield;
      return yield* deviceInSteps(message, context);
    },
  },
};
