// What the record says now as the document that said it: leaves whose elements say what they said stand letter for letter, the others
// are written anew. A resource that is not given is not asked about; an element that no leaf said has no place in the document.
import type { Resource } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { sameJson } from '../../fhir/json-equal.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { LedgerRow, TranslationContext } from '../contract.ts';
import { bytesOf, leavesOf } from './frame.ts';
import type { Conversion } from './mapping/conversion.ts';
import { type Key, pathText, type Saying, valueAt } from './mapping/draft.ts';
import { convertInSteps } from './to-fhir.ts';
import { escapeAttribute, escapeCdata, escapeText, isWritable } from './tree/characters.ts';
import { encode } from './tree/charset.ts';
import { readInSteps } from './tree/read.ts';
import type { Document, Leaf } from './tree/tree.ts';

/** Rows between two rests. */
const stride = 2_000;

export function* restoreInSteps(
  resources: readonly Resource[],
  ledger: readonly LedgerRow[],
  context: TranslationContext,
): Generator<undefined, Result<Document>> {
  const bytes = yield* bytesOf(ledger);
  if (bytes === undefined) return fail('invalid', 'The ledger is not complete: give all rows of the message, in their order');
  const document = yield* readInSteps(bytes);
  const { conversion, translation } = yield* convertInSteps(document, context);
  const stored = new Stored(resources);
  yield* stored.pair(translation.ledger, ledger);
  const values = new Map<Leaf, string>();
  let lost = 0;
  for (const draft of conversion.drafts) {
    const resource = stored.resourceOf(draft.reference);
    if (resource === undefined) continue;
    // Thousands of texts may say one narrative: it is compared once.
    const unchanged = new Map<string, boolean>();
    for (const saying of draft.sayings) {
      const path = pathText(saying.keys);
      const now = stored.valueOf(resource, draft.reference, saying, path);
      let same = unchanged.get(path);
      if (same === undefined) {
        same = sameJson(valueAt(draft.body, saying.keys), now);
        unchanged.set(path, same);
      }
      if (same) continue;
      const value = saying.back(now, values.get(saying.leaf) ?? conversion.text(saying.leaf));
      if (value === undefined) lost++;
      else values.set(saying.leaf, value);
    }
    yield;
  }
  return edited(document, conversion, values, lost);
}

/** The resources given, by what the ledger calls them: whoever stored them may have given them other ids. */
class Stored {
  readonly #byReference = new Map<string, Resource>();
  readonly #names = new Map<string, string>();
  readonly #paths = new Map<string, Key[]>();

  constructor(resources: readonly Resource[]) {
    for (const resource of resources) this.#byReference.set(`${resource.resourceType}/${resource.id}`, resource);
  }

  /** Rows of one document stand in one order: only where a ledger was put in another are they looked for by their paths. */
  *pair(fresh: readonly LedgerRow[], given: readonly LedgerRow[]): Generator<undefined, void> {
    let rows: Map<string, LedgerRow> | undefined;
    for (const [at, row] of fresh.entries()) {
      if ((at + 1) % stride === 0) yield;
      if (row.state !== 'mapped') continue;
      let other = given[at];
      if (other?.path !== row.path) {
        rows ??= yield* byPath(given);
        other = rows.get(row.path);
      }
      if (other?.state !== 'mapped') continue;
      for (const [i, element] of row.elements.entries()) this.#pair(element, other.elements[i]);
    }
  }

  #pair(fresh: string, given: string | undefined): void {
    const [name, path] = given?.split('#') ?? [];
    if (name === undefined || path === undefined) return;
    this.#names.set(fresh.split('#')[0]!, name);
    if (!fresh.endsWith(`#${path}`)) this.#paths.set(fresh, keysOf(path));
  }

  resourceOf(reference: string): Resource | undefined {
    return this.#byReference.get(this.#names.get(reference) ?? reference);
  }

  valueOf(resource: Resource, reference: string, { keys }: Saying, path: string): Json | undefined {
    return valueAt(resource as object as Json, this.#paths.get(`${reference}#${path}`) ?? keys);
  }
}

function* byPath(ledger: readonly LedgerRow[]): Generator<undefined, Map<string, LedgerRow>> {
  const rows = new Map<string, LedgerRow>();
  for (const [at, row] of ledger.entries()) {
    rows.set(row.path, row);
    if ((at + 1) % stride === 0) yield;
  }
  return rows;
}

const keysOf = (path: string): Key[] =>
  path.split('.').flatMap((part) => {
    const [name = '', index] = part.split(/[[\]]/);
    return index === undefined ? [name] : [name, Number(index)];
  });

function edited(document: Document, cx: Conversion, values: Map<Leaf, string>, lost: number): Result<Document> {
  const notes = [...document.notes];
  if (lost > 0) notes.push({ kind: 'unsupported', message: `${lost} changes could not be said in the document: it says what it said` });
  if (values.size === 0) return ok({ ...document, notes });
  const parts: string[] = [];
  let at = 0;
  for (const leaf of leavesOf(document)) {
    const value = values.get(leaf);
    if (value === undefined || value === cx.text(leaf)) continue;
    if (!isWritable(value)) return fail('invalid', 'A text holds a character that XML cannot hold: remove it', leaf.name);
    const [start, end, text] = replacement(document, leaf, value);
    parts.push(document.text.slice(at, start), text);
    at = end;
  }
  parts.push(document.text.slice(at));
  const text = parts.join('');
  const bytes = encode(text, document.charset, document.bom);
  const steps = readInSteps(bytes);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return ok({ ...step.value, notes });
}

/** What stands there instead; an attribute without a value goes with its name. */
function replacement({ text }: Document, leaf: Leaf, value: string): [start: number, end: number, text: string] {
  if (leaf.kind === 'text' || leaf.kind === 'opaque') return [leaf.start, leaf.end, escapeText(value)];
  if (leaf.kind === 'cdata') return [leaf.start, leaf.end, escapeCdata(value)];
  if (value !== '') return [leaf.start, leaf.end, escapeAttribute(value)];
  const name = text.lastIndexOf(leaf.name, leaf.start);
  return [name - (/\s/.test(text.charAt(name - 1)) ? 1 : 0), leaf.end + 1, ''];
}
