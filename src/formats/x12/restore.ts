// A file again from what the record says now and what the ledger kept. The ledger alone gives the file as it came; hearing it again tells
// which leaf said which element; where the record says something else now, the leaf is written anew, all others stay letter for letter.
import type { Resource } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { LedgerRow, TranslationContext } from '../contract.ts';
import type { CodecContext } from './codec.ts';
import { bytesOfLedger, formPath } from './form.ts';
import { type Binding, contextOf } from './heard.ts';
import { type Leaf, type Leaves, withLeaves } from './leaves.ts';
import { getAt, isNode } from './node.ts';
import { currencyOf } from './stage.ts';
import { hearDocument } from './translate.ts';
import { type Document, part, read, type Segment } from './tree.ts';

/**
 * `resources` are those of the ledger as the record has them now, in any order, with others among them or not. One that is missing leaves
 * its leaves as they came, and so does what the record says beyond the file: a file has no leaf for it (`fromFhir` writes anew). An element
 * that is gone empties its leaf. `unsupported` names the element whose value X12 cannot hold; `invalid` says that the ledger is not whole.
 */
export function restore(resources: readonly Resource[], ledger: readonly LedgerRow[], context: TranslationContext): Result<Document> {
  const bytes = bytesOfLedger(ledger);
  if (bytes === undefined) return fail('invalid', 'Hand in all rows of the ledger of one file, in their order', formPath);
  const document = read(bytes);
  const { leaves, heard } = hearDocument(document, context);
  const rows = ledger.filter(({ path }) => path !== formPath);
  const strange = leaves.leaves.findIndex((leaf, index) => leaf.path !== rows[index]?.path);
  if (strange >= 0 || rows.length !== leaves.leaves.length)
    return fail('invalid', 'Hand in the rows of the ledger as they were given, in their order', rows[strange]?.path ?? formPath);

  const now = new Map<string, Json>();
  for (const resource of resources) if (isJson(resource)) now.set(`${resource.resourceType}/${resource.id ?? ''}`, resource);
  const replaced = new Map<Leaf, string>();
  const ofSegment = codecsOf(leaves, document.segments.length, context);
  for (const [index, leaf] of leaves.leaves.entries()) {
    const bindings = heard.bindings.get(leaf);
    if (bindings === undefined) continue;
    const moved = elementsNow(bindings, rows[index]!);
    for (const binding of bindings) {
      const segment = document.segments[leaf.segment]!;
      const codecs = ofSegment[leaf.segment]!;
      const said = getAt(heard.resources.get(binding.ref)?.node, binding.path);
      const place = moved(binding);
      const resource = now.get(place.ref);
      if (said === undefined || resource === undefined) continue;
      const value = getAt(resource, place.path);
      const before = binding.codec.write(said, codecs);
      const after = value === undefined ? (binding.codec.implied ? before : '') : binding.codec.write(value, codecs);
      if (after === before || (binding.codec.implied && after === undefined)) continue;
      const element = `${place.ref}#${place.path}`;
      if (after === undefined)
        return fail(
          'unsupported',
          'This value cannot be said in X12; give the element a value of the kind that it had, or send the change another way',
          element,
        );
      const fault = faultOf(after, segment, document);
      if (fault !== undefined) return fail('unsupported', fault, element);
      replaced.set(leaf, after);
      break;
    }
  }
  if (replaced.size === 0) return ok(document);
  const text = withLeaves(document, leaves.leaves, replaced);
  return ok({ charset: document.charset, ...part(text) });
}

const isJson = (value: unknown): value is Json & Resource => isNode(value);

/** X12 has no escape: a delimiter cannot stand in a value, nor can what a reader would take for the end of a line. */
function faultOf(text: string, { delimiters }: Segment, { charset }: Document): string | undefined {
  const { element, component, repetition, segment } = delimiters;
  if (
    [element, component, segment, ...(repetition === undefined ? [] : [repetition])].some((one) => text.includes(one)) ||
    /[\r\n]/.test(text)
  )
    return 'The value holds a character that parts segments or elements of this file, and X12 has no escape for it; take it out';
  if (charset === 'latin1' && [...text].some((one) => one.charCodeAt(0) > 0xff))
    return 'The value holds a character that the character set of this file does not have; take it out';
  return undefined;
}

/** The codecs of each segment: those of its transaction, whose CUR may name another currency. */
function codecsOf({ transactions }: Leaves, count: number, { sender, timeZone }: TranslationContext): CodecContext[] {
  const all: CodecContext[] = Array.from({ length: count }, () => contextOf(sender, timeZone, 'USD'));
  for (const { segments, start } of transactions) {
    const own = contextOf(sender, timeZone, currencyOf(segments));
    all.fill(own, start, start + segments.length);
  }
  return all;
}

/** Where the element of a binding is now: who stored the resources may have given them other ids and places in lists. */
function elementsNow(bindings: readonly Binding[], row: LedgerRow): (binding: Binding) => { ref: string; path: string } {
  const own = new Map<string, string>();
  const seen = new Set<string>();
  let next = 0;
  for (const { ref, path, says, codec } of bindings) {
    if (codec.implied) continue;
    for (const one of says) {
      const element = `${ref}#${one === '' ? path : path === '' ? one : `${path}.${one}`}`;
      if (seen.has(element)) continue;
      seen.add(element);
      const now = row.state === 'mapped' ? row.elements[next++] : undefined;
      if (now !== undefined) own.set(element, now);
    }
  }
  return ({ ref, path, says: [first = ''] }) => {
    const tail = first === '' ? '' : path === '' ? first : `.${first}`;
    const now = own.get(`${ref}#${path}${tail}`) ?? `${ref}#${path}${tail}`;
    const [nowRef = ref, nowPath = path] = now.split('#');
    return { ref: nowRef, path: nowPath.slice(0, nowPath.length - tail.length) };
  };
}
