// lamplight exchange produce: a message or document of what stands in the record, printed and not stored.
import { readFileSync } from 'node:fs';
import { resourcesOf } from '../../exchange/handed-in.ts';
import { isProduced, type ProducedFormat, produce, producible, unsaidIn } from '../../exchange/produce.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { defaultRecordSettings, openRecord } from '../../record/record.ts';
import { printMisuse, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';
import { caller } from './exchange-open.ts';

export interface ProduceOptions {
  kind: string;
  format?: string;
  sender?: string;
  receiver?: string;
  characterSet?: string;
  verbose?: boolean;
}

/** Each kind is of one format. */
const formatOf = (kind: string): ProducedFormat | undefined =>
  (Object.keys(producible) as ProducedFormat[]).find((format) => producible[format].includes(kind));

/** `about`: `Type/id`, or the file of a Bundle, `-` is standard input. */
export async function produceMessage(settings: Settings, about: string, options: ProduceOptions): Promise<number> {
  const format = options.format ?? formatOf(options.kind);
  if (format === undefined || !isProduced(format))
    return printMisuse(
      `"${options.kind}" is no kind that is written`,
      `--kind takes ${Object.values(producible)
        .map((kinds) => kinds.join(', '))
        .join('; ')}`,
    );
  const of = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(about) ? ok({ resource: about }) : await handedIn(about);
  if (!of.ok) return printProblem(of.problem);
  const { kind, sender, receiver, characterSet } = options;
  const at = new Date();
  const wish = {
    format,
    kind,
    about: of.value,
    at,
    timeZone: settings.timeZone,
    ...(sender === undefined ? {} : { sender }),
    ...(receiver === undefined ? {} : { receiver }),
    ...(characterSet === undefined ? {} : { characterSet }),
  };
  const done = await withDatabase(
    settings,
    async (database) => {
      const made = await produce(openRecord(database, defaultRecordSettings), caller(), wish);
      if (!made.ok) return made;
      process.stdout.write(made.value.bytes);
      if (options.verbose !== true) return ok(undefined);
      const unsaid = await unsaidIn(made.value, format, settings.timeZone, at);
      printNote(unsaid.length === 0 ? 'everything was said' : `${unsaid.length} elements have no place in the message:`);
      for (const { element, values } of unsaid)
        printNote(
          `${element}  ${values
            .join(' | ')
            .replaceAll(/[\s\p{Cc}]+/gu, ' ')
            .slice(0, 120)}`,
        );
      return ok(undefined);
    },
    { make: false, connections: 3 },
  );
  return done.ok ? 0 : printProblem(done.problem);
}

async function handedIn(file: string): Promise<Result<{ resources: Resource[] }>> {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    return fail('not-found', `${file} is no Type/id, and cannot be read as a file (${error instanceof Error ? error.message : 'unknown'})`);
  }
  const resources = await resourcesOf(text);
  return resources.ok ? ok({ resources: resources.value }) : resources;
}
