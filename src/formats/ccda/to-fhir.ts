// A document, or a fragment of one, as FHIR resources: the header, then each section with its entries, in steps.

import type { Resource } from '../../fhir/generated/types.ts';
import type { Said, Translation, TranslationContext } from '../contract.ts';
import { dateTimeOf } from './datatypes/time.ts';
import { attachment } from './entries/attachments.ts';
import { device } from './entries/device.ts';
import { documentElsewhere } from './entries/external.ts';
import { product } from './entries/medications.ts';
import { entries, linkReferenced } from './entries/statements.ts';
import { documentReference, header } from './header/composition.ts';
import { encompassingEncounter } from './header/encounter.ts';
import { recordTarget } from './header/patient.ts';
import { assigned, organization, participantOf, place, related } from './header/people.ts';
import { ledgerOf } from './ledger.ts';
import { complete } from './mapping/complete.ts';
import { Conversion } from './mapping/conversion.ts';
import type { Draft } from './mapping/draft.ts';
import { lookUp } from './mapping/look-up.ts';
import { statementNames } from './mapping/rows.ts';
import { section } from './sections.ts';
import { childOf, childrenOf, type Document, type Element, elementsOf, everyElement, leafOf } from './tree/tree.ts';

/** Drafts checked between two rests. */
const stride = 5;

/** What a document said, with the drafts that know which leaf said what. */
export interface Converted {
  translation: Translation;
  conversion: Conversion;
}

export function* convertInSteps(document: Document, context: TranslationContext): Generator<undefined, Converted> {
  const cx = new Conversion(document, context, entries);
  yield* nameParts(document, cx);
  for (const root of document.roots) yield* fragment(root, cx);
  linkReferenced(cx);
  const unsound = new Set<Draft>();
  for (const [i, draft] of cx.drafts.entries()) {
    if (!complete(draft)) unsound.add(draft);
    if (i % stride === 0) yield;
  }
  yield* withoutDangling(cx);
  const resources: Said[] = [];
  for (const [i, draft] of cx.drafts.entries()) {
    if (!unsound.has(draft)) resources.push(...said(draft));
    if (i % stride === 0) yield;
  }
  const ledger = yield* ledgerOf(document, cx);
  const translation: Translation = { resources, ledger, instructions: [], notes: [...document.notes, ...cx.notes] };
  const asOf = timeOf(document.roots[0], cx);
  if (asOf !== undefined) translation.asOf = asOf;
  return { translation, conversion: cx };
}

/** IDs of the narrative, and what names the document. */
function* nameParts(document: Document, cx: Conversion): Generator<undefined, void> {
  const [root] = document.roots;
  cx.documentKey = (root === undefined ? undefined : cx.idOf(root)) ?? root?.name ?? '';
  let count = 0;
  for (const one of document.roots) {
    for (const element of everyElement(one)) {
      const id = element.attributes.find(({ name }) => name === 'ID');
      if (id !== undefined) {
        const name = cx.text(id).trim();
        if (cx.narrative.has(name)) cx.note('An ID is used twice: the first is meant where something points to it', element);
        else cx.narrative.set(name, element);
      }
      if (++count % 2_000 === 0) yield;
    }
  }
}

/** A ClinicalDocument, or whichever part of one stands here by itself. */
function* fragment(root: Element, cx: Conversion): Generator<undefined, void> {
  if (root.name === 'ClinicalDocument') return yield* clinicalDocument(root, cx);
  if (root.name === 'section' || childOf(root, 'section') !== undefined) {
    const composition = cx.draft('Composition', root);
    composition.how = 'whole';
    const sections = root.name === 'section' ? [root] : childrenOf(root, 'section');
    for (const one of sections) yield* section(one, composition.at('section[]'), cx);
    cx.add(composition);
    return;
  }
  if (statementNames.has(root.name)) {
    cx.statement(root);
    return;
  }
  const part = lookUp(parts, root.name);
  if (part !== undefined) part(root, cx);
  else if (headerParts.has(root.name)) yield* inHeader(root, cx);
  else {
    for (const child of elementsOf(root)) {
      if (statementNames.has(child.name)) cx.statement(child);
      else yield* fragment(child, cx);
    }
  }
}

const parts: Record<string, (from: Element, cx: Conversion) => void> = {
  recordTarget,
  patientRole: recordTarget,
  assignedAuthor: (from, cx) => void assigned(from, cx),
  assignedEntity: (from, cx) => void assigned(from, cx),
  relatedEntity: (from, cx) => void related(from, cx),
  guardian: (from, cx) => void related(from, cx),
  encompassingEncounter: (from, cx) => void encompassingEncounter(from, cx),
  representedOrganization: (from, cx) => void organization(from, cx),
  externalDocument: (from, cx) => void documentElsewhere(from, cx),
  nonXMLBody(from, cx) {
    const text = childOf(from, 'text');
    const draft = cx.draft('DocumentReference', from);
    if (text !== undefined && attachment(text, draft.at('content[0].attachment'), cx)) cx.add(draft);
  },
  performer: (from, cx) => void participantOf(from, cx),
  encounterParticipant: (from, cx) => void participantOf(from, cx),
  responsibleParty: (from, cx) => void participantOf(from, cx),
  manufacturedProduct(from, cx) {
    const draft = cx.draft('MedicationStatement', from, 'fragment');
    product(from, draft.at(''), cx);
    // The product alone: whatever it is taken for is not said.
    draft.at('subject').setIfFree({ display: 'not said' });
    cx.add(draft);
  },
  participantRole(from, cx) {
    if (childOf(from, 'playingDevice') !== undefined) device(from, cx);
    else place(from, cx);
  },
};

const headerParts = new Set([
  'author',
  'authenticator',
  'legalAuthenticator',
  'authorization',
  'custodian',
  'dataEnterer',
  'documentationOf',
  'informant',
  'informationRecipient',
  'inFulfillmentOf',
  'participant',
  'relatedDocument',
  'componentOf',
]);

/** A part of the header alone: the header rows find it below what stands for the document. */
function* inHeader(root: Element, cx: Conversion): Generator<undefined, void> {
  const around: Element = { ...root, name: 'ClinicalDocument', prefix: '', parent: undefined, attributes: [], children: [root] };
  const composition = cx.draft('Composition', root);
  composition.how = 'whole';
  yield* header(around, composition, cx);
  if (Object.keys(composition.body).length > 2) cx.add(composition);
}

function* clinicalDocument(root: Element, cx: Conversion): Generator<undefined, void> {
  const composition = cx.draft('Composition', root, 'composition');
  composition.how = 'whole';
  yield* header(root, composition, cx);
  yield;
  const reference = documentReference(root, composition, cx);
  for (const component of childrenOf(root, 'component')) {
    const body = childOf(component, 'structuredBody');
    const inner =
      body === undefined ? childrenOf(component, 'section') : childrenOf(body, 'component').flatMap((one) => childrenOf(one, 'section'));
    for (const one of inner) yield* section(one, composition.at('section[]'), cx);
    const text = childOf(childOf(component, 'nonXMLBody'), 'text');
    if (text !== undefined) unstructured(text, reference, cx);
  }
  cx.add(composition);
}

/** nonXMLBody: the document itself, beside the CDA around it. */
function unstructured(text: Element, reference: Draft, cx: Conversion): void {
  attachment(text, reference.at('content[]').at('attachment'), cx);
}

/** A reference to what came to nothing is taken out. */
function* withoutDangling(cx: Conversion): Generator<undefined, void> {
  const there = new Set(cx.drafts.map((draft) => draft.reference));
  for (const [i, draft] of cx.drafts.entries()) {
    if (i % stride === 0) yield;
    for (let keys = danglingIn(draft, there); keys !== undefined; keys = danglingIn(draft, there)) {
      draft.drop(keys);
      complete(draft);
    }
  }
}

function danglingIn(draft: Draft, there: ReadonlySet<string>): (string | number)[] | undefined {
  const waiting: { value: unknown; keys: (string | number)[] }[] = [{ value: draft.body, keys: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, keys } = next;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      const here = [...keys, Array.isArray(value) ? Number(name) : name];
      if (name === 'reference' && typeof child === 'string' && !there.has(child)) return here;
      waiting.push({ value: child, keys: here });
    }
  }
  return undefined;
}

function said(draft: Draft): Said[] {
  const { body, how } = draft;
  if (!isResource(body)) return [];
  return [{ resource: body, how, byIdentifier: 'identifier' in body && how !== 'whole' }];
}

/** `complete` has checked its structure. */
const isResource = (body: object): body is Resource => 'resourceType' in body;

function timeOf(root: Element | undefined, cx: Conversion): Date | undefined {
  const leaf = leafOf(childOf(root, 'effectiveTime'), 'value');
  const text = leaf === undefined || root?.name !== 'ClinicalDocument' ? undefined : dateTimeOf(cx.text(leaf).trim(), cx.context.timeZone);
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time);
}
