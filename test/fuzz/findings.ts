// What must hold for each reader, whatever comes in; a finding is a sentence.
import type { Resource } from '../../src/fhir/generated/types.ts';
import { validateStructure } from '../../src/fhir/structure/validate.ts';
import { ccda } from '../../src/formats/ccda/format.ts';
import type { TranslationContext } from '../../src/formats/contract.ts';
import { aboutOf } from '../../src/formats/hl7v2/about.ts';
import { acknowledge } from '../../src/formats/hl7v2/acknowledge.ts';
import { takeApart } from '../../src/formats/hl7v2/map/part.ts';
import { fromLedger } from '../../src/formats/hl7v2/restore.ts';
import { tell } from '../../src/formats/hl7v2/to-fhir.ts';
import { encode } from '../../src/formats/hl7v2/tree/charset.ts';
import { type Message, readMessage } from '../../src/formats/hl7v2/tree/message.ts';

const context: TranslationContext = { sender: 'fuzz', receivedAt: new Date(0), timeZone: 'Europe/London' };

const invalid = (resources: readonly { resource: Resource }[]): string[] =>
  resources.flatMap(({ resource }) => validateStructure(resource).map(({ message, where }) => `${where ?? ''}: ${message}`));

export function hl7Findings(bytes: Buffer): string[] {
  const message = readMessage(bytes);
  if (!encode(message.text(), message.charset).equals(bytes)) return ['the bytes do not come back'];
  acknowledge(message, { code: 'AA', receivedAt: new Date(0), application: 'FUZZ' });
  aboutOf(message);
  const { translation } = tell(message, context);
  const leaves = takeApart(message).flatMap((segment) => [...segment.leaves()].map(({ path }) => path));
  const rows = translation.ledger.map(({ path }) => path).filter((path) => path !== 'before');
  if (rows.join() !== leaves.join()) return ['leaves and rows of the ledger differ'];
  const again = fromLedger(translation.ledger);
  // Empty parts at the end of a field say nothing and are in no row: `ONE^` comes back as `ONE`.
  if (message.segment('MSH') !== undefined && message.segment('MSH', 2) === undefined && again.ok) {
    const said = (one: Message): string =>
      takeApart(one)
        .flatMap((segment) => [...segment.leaves()].map(({ path, raw }) => `${path.replace(/(\.1)+$/, '')}=${raw}`))
        .sort()
        .join();
    if (said(again.value) !== said(message)) return ['the ledger does not give the leaves back'];
  }
  return invalid(translation.resources);
}

export function ccdaFindings(bytes: Buffer): string[] {
  const document = ccda.read(bytes);
  if (!Buffer.from(ccda.write(document)).equals(bytes)) return ['the bytes do not come back'];
  const { ledger, resources } = ccda.toFhir(document, context);
  if (new Set(ledger.map(({ path }) => path)).size !== ledger.length) return ['a leaf stands twice in the ledger'];
  return invalid(resources);
}
