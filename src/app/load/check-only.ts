// --dry-run: the same items, held to the structure of FHIR R4 here and sent nowhere.
import { readJson } from '../../fhir/json.ts';
import { ok, type Problem } from '../../fhir/result.ts';
import { validateBundle, validateStructure } from '../../fhir/structure/validate.ts';
import type { BundleItem, Outcome, ResourceItem, SendableItem } from './contract.ts';
import type { Sender } from './send.ts';

/** What the record takes at most in one body. */
const limits = { maxEntryValues: 1_000_000 };
const shown = 5;

export const checkOnly: Sender = {
  async send(items) {
    const outcomes: Outcome[] = [];
    for (const item of items) outcomes.push(await check(item));
    return ok(outcomes);
  },
};

async function check(item: SendableItem): Promise<Outcome> {
  const found = item.kind === 'bundle' ? await bundleFindings(item) : await resourceFindings(item);
  if (found.length === 0) return { written: item.kind === 'bundle' ? item.resources : 1, there: 0, refused: [] };
  const reason = found
    .slice(0, shown)
    .map(({ message, where }) => (where === undefined ? message : `${message} (${where})`))
    .join('; ');
  const resource = item.kind === 'bundle' ? 'Bundle' : item.made ? item.type : `${item.type}/${item.id}`;
  return { written: 0, there: 0, refused: [{ place: item.place, resource, reason }] };
}

async function resourceFindings(item: ResourceItem): Promise<Problem[]> {
  const read = await readJson(item.text, limits);
  return read.ok ? validateStructure(read.value, item.type) : [read.problem];
}

async function bundleFindings(item: BundleItem): Promise<Problem[]> {
  const read = await readJson(item.text, limits);
  return read.ok ? validateBundle(read.value, 'Bundle') : [read.problem];
}
