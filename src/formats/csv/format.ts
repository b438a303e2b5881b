// CSV by one mapping, as a format like the others: bytes in and out are the same whatever they are.
import { ok } from '../../fhir/result.ts';
import type { Format, Translation, TranslationContext } from '../contract.ts';
import { toFhirInSteps } from './csv.ts';
import type { Compiled } from './mapping.ts';
import { restoreCsv } from './restore.ts';

export interface CsvMessage {
  raw: Uint8Array;
}

export function csvFormat(compiled: Compiled): Format<CsvMessage> {
  function toFhir({ raw }: CsvMessage, context: TranslationContext): Translation {
    const steps = toFhirInSteps(compiled, raw, context);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }
  return {
    name: 'csv',
    read: (raw) => ({ raw }),
    write: ({ raw }) => raw,
    toFhir,
    restore(resources, ledger, context) {
      const raw = restoreCsv(compiled, resources, ledger, (bytes) => toFhir({ raw: bytes }, context), context);
      return raw.ok ? ok({ raw: raw.value }) : raw;
    },
  };
}
