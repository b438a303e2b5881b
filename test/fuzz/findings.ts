// What must hold for each reader, whatever comes in; a finding is a sentence.
import type { Resource } from '../../src/fhir/generated/types.ts';
import { validateStructure } from '../../src/fhir/structure/validate.ts';
import { ccda } from '../../src/formats/ccda/format.ts';
import type { LedgerRow, TranslationContext } from '../../src/formats/contract.ts';
import { csvFormat } from '../../src/formats/csv/format.ts';
import { compile } from '../../src/formats/csv/mapping.ts';
import { CsvParts } from '../../src/formats/csv/parts.ts';
import { aboutDevices, devices } from '../../src/formats/devices/devices.ts';
import { aboutOf } from '../../src/formats/hl7v2/about.ts';
import { acknowledge } from '../../src/formats/hl7v2/acknowledge.ts';
import { takeApart } from '../../src/formats/hl7v2/map/part.ts';
import { fromLedger } from '../../src/formats/hl7v2/restore.ts';
import { tell } from '../../src/formats/hl7v2/to-fhir.ts';
import { encode } from '../../src/formats/hl7v2/tree/charset.ts';
import { type Message, readMessage } from '../../src/formats/hl7v2/tree/message.ts';
import { csvMapping } from './messages.ts';

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

const twice = (ledger: readonly LedgerRow[]): boolean => new Set(ledger.map(({ path }) => path)).size !== ledger.length;
const leavesIn = (ledger: readonly LedgerRow[]): string =>
  ledger
    .filter(({ state }) => state !== 'structural')
    .map(({ path, text }) => `${path}=${text}`)
    .sort()
    .join('\n');

export function deviceFindings(bytes: Buffer): string[] {
  const message = devices.read(bytes);
  if (!Buffer.from(devices.write(message)).equals(bytes)) return ['the bytes do not come back'];
  aboutDevices(bytes);
  const { ledger, resources } = devices.toFhir(message, context);
  if (twice(ledger)) return ['a leaf stands twice in the ledger'];
  const again = devices.restore(
    resources.map(({ resource }) => resource),
    ledger,
    context,
  );
  if (!again.ok) {
    if (ledger.length > 0) return [`the ledger does not give the payload back: ${again.problem.message}`];
  } else if (leavesIn(devices.toFhir(again.value, context).ledger) !== leavesIn(ledger))
    return ['the ledger does not give the leaves back'];
  return invalid(resources);
}

const mapping = compile(csvMapping, (where, says) => {
  throw new Error(`${where} ${says}`);
});
const ends = /[\r\n]/g;

export function csvFindings(bytes: Buffer): string[] {
  if (mapping === undefined) return ['no mapping'];
  const csv = csvFormat(mapping);
  if (!Buffer.from(csv.write(csv.read(bytes))).equals(bytes)) return ['the bytes do not come back'];
  const { ledger, resources, notes } = csv.toFhir({ raw: bytes }, context);
  if (twice(ledger)) return ['a leaf stands twice in the ledger'];
  const again = csv.restore(
    resources.map(({ resource }) => resource),
    ledger,
    context,
  );
  if (!again.ok) return [`the ledger does not give the file back: ${again.problem.where ?? ''}`];
  const parts = new CsvParts(mapping, context);
  const middle = bytes.length >> 1;
  const all = [
    ...parts.push(bytes.subarray(0, middle)),
    ...parts.push(bytes.subarray(middle)),
    ...parts.push(Buffer.alloc(0), true),
  ].flatMap((part) => part ?? []);
  let rows = 0;
  let good = 0;
  for (const { raw, rows: count, fault } of all) {
    const said = csv.toFhir({ raw }, context);
    // What was taken apart is read as in the whole file.
    if ((fault === undefined) !== (said.notes.length === 0 && said.resources.length > 0) && count > 0) {
      const silent = fault === undefined && said.notes.length === 0;
      if (!silent) return ['a part is read otherwise than it was taken apart'];
    }
    rows += count;
    if (fault === undefined) good += count;
    if (
      fault === undefined &&
      !leavesIn(ledger)
        .replaceAll(/line\[\d+\]/g, '')
        .includes(
          leavesIn(said.ledger)
            .split('\n')[0]
            ?.replace(/line\[\d+\]/g, '') ?? '',
        )
    )
      return ['a part says what the file does not'];
  }
  if (notes.length > 0 && good === rows && rows > 0) return ['a bad row was taken for a good one'];
  const letters = (one: string): number => one.replaceAll(ends, '').length;
  const head = all[0]?.raw.toString('latin1') ?? '';
  if (
    all.length === 1 &&
    letters(head) !== letters(bytes.toString('latin1')) &&
    rows > 0 &&
    !/\r|\n\s*\n/.test(bytes.toString('latin1')) &&
    notes.length === 0
  )
    return ['a part has not the bytes of its rows'];
  return invalid(resources);
}
