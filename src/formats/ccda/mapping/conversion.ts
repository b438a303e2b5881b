// One document on its way to FHIR: what is at hand while its rows are followed, and the drafts that come of it.
import type { Json } from '../../../fhir/json.ts';
import type { Problem } from '../../../fhir/result.ts';
import type { TranslationContext } from '../../contract.ts';
import { unescapeXml } from '../tree/characters.ts';
import { type Document, type Element, type Leaf, leafOf, leavesIn, pathOf, textsOf } from '../tree/tree.ts';
import { Draft, type Key, type Place } from './draft.ts';
import { templatesOf } from './templates-of.ts';

/** Where a text of the narrative came to stand in a section's `div`: the how-manieth piece of text. */
export interface NarrativePlace {
  draft: Draft;
  keys: readonly Key[];
}

/** What an entry takes over of a narrative that it points to: R4's strings hold more, but thousands of entries may point to one. */
const maxPointedText = 20_000;

/** How statements are converted; handed in, since templates ask for what is inside them. */
export interface Entries {
  statement(from: Element, cx: Conversion): Draft[];
  leftovers(from: Element, main: Draft | undefined, cx: Conversion): void;
}

export class Conversion {
  readonly document: Document;
  readonly context: TranslationContext;
  readonly notes: Problem[] = [];
  readonly drafts: Draft[] = [];
  /** Statements and participations that a row has taken care of. */
  readonly claimed = new Set<Element>();
  /** Leaves that say how the document is built. */
  readonly structural = new Set<Leaf>();
  /** Why a leaf has no home, where that is known. */
  readonly kept = new Map<Leaf, string>();
  /** Parts of narratives by their ID; the first of several. */
  readonly narrative = new Map<string, Element>();
  /** Statements by the ids they have, for references between entries. */
  readonly statements = new Map<string, Draft>();
  readonly #pointed = new Map<Element, { text: string; leaves: Leaf[] }>();
  readonly #byName = new Map<string, Draft>();
  readonly #byReference = new Map<string, Draft>();
  /** Whom the document is about. */
  patient: Draft | undefined;
  /** `id`s by which the patient is known: an author with one of them is the patient. */
  patientKeys: ReadonlySet<string> = new Set();
  encounter: Draft | undefined;
  /** Names the document: ids of what has none of its own are made from it. */
  documentKey = '';
  /** The section that is being read, by its LOINC code. */
  section: { code: string } = { code: '' };

  /** What a statement becomes, by its template; nothing where that has been asked before. */
  readonly statement: (statement: Element) => Draft[];
  /** What the statements inside become that no row has taken; they hang on the draft where it has a place for them. */
  readonly leftovers: (statement: Element, main: Draft | undefined) => void;
  /** Drafts that nothing refers to yet: their section lists them. */
  unlinked: Draft[] = [];
  /** What names another entry by its id (Entry Reference, Indication): linked when all are there. `as`: the element; else by type. */
  readonly referenced: { from: Element; to: string; statement: Element; as?: string }[] = [];
  /** What each statement became. */
  readonly became = new Map<Element, Draft>();

  constructor(document: Document, context: TranslationContext, entries: Entries) {
    this.document = document;
    this.context = context;
    this.statement = (from) => entries.statement(from, this);
    this.leftovers = (from, main) => entries.leftovers(from, main, this);
  }

  text(leaf: Leaf): string {
    const raw = this.document.text.slice(leaf.start, leaf.end);
    if (leaf.kind === 'cdata') return raw;
    return unescapeXml(leaf.kind === 'opaque' ? raw.replace(/<[^>]*>/g, ' ') : raw);
  }

  /** An attribute, without blanks around it; undefined where it is absent or empty. */
  value(element: Element | undefined, attribute: string): string | undefined {
    const leaf = leafOf(element, attribute);
    if (leaf === undefined) return undefined;
    const text = this.text(leaf).trim();
    return text === '' ? undefined : text;
  }

  /** All text in an element, blanks as one. */
  allText(element: Element): string {
    let all = '';
    for (const leaf of leavesIn(element)) if (leaf.kind !== 'attribute') all += `${all === '' ? '' : ' '}${this.text(leaf)}`;
    return all.replace(/\s+/g, ' ').trim();
  }

  /** The text of a part of the narrative and its leaves; a part that many entries point to is gathered once. */
  pointedText(element: Element): { text: string; leaves: Leaf[] } {
    let known = this.#pointed.get(element);
    if (known === undefined) {
      const leaves = [...leavesIn(element)].filter(({ kind }) => kind !== 'attribute');
      known = { text: this.allText(element).slice(0, maxPointedText), leaves };
      this.#pointed.set(element, known);
    }
    return known;
  }

  ownText(element: Element): string {
    return textsOf(element)
      .map((leaf) => this.text(leaf))
      .join(' ')
      .trim();
  }

  note(message: string, element: Element): void {
    if (this.notes.length < 200) this.notes.push({ kind: 'unsupported', message, where: pathOf(element) });
  }

  /**
   * A new draft, named by the first id of the element; by the place of the element in the document where it has none. The same name
   * a second time (ids that are used twice) is another draft.
   */
  draft(type: string, element: Element, role = ''): Draft {
    const own = this.idOf(element);
    let name = [this.context.sender, role, own ?? `${this.documentKey}${pathOf(element)}`];
    if (this.#byName.has([type, ...name].join('\n'))) name = [...name, this.documentKey, pathOf(element)];
    const draft = new Draft(type, ...name);
    this.#byName.set([type, ...name].join('\n'), draft);
    return draft;
  }

  /** `root|extension` of the first id that says something. */
  idOf(element: Element): string | undefined {
    for (const id of element.children) {
      if (!('attributes' in id) || id.name !== 'id') continue;
      const root = this.value(id, 'root');
      const extension = this.value(id, 'extension');
      if (root !== undefined) return `${root}|${extension ?? ''}`;
    }
    return undefined;
  }

  /** Puts a draft among what is said. */
  add(draft: Draft): Draft {
    this.#byReference.set(draft.reference, draft);
    this.drafts.push(draft);
    return draft;
  }

  /** One that names the same thing as an earlier one becomes part of it. */
  meet(draft: Draft): Draft {
    const earlier = this.#byReference.get(draft.reference);
    if (earlier === undefined) return this.add(draft);
    if (!earlier.contradicts(draft)) {
      earlier.take(draft);
      return earlier;
    }
    // One id for two things: each of them stands by itself.
    const other = new Draft(draft.type, draft.id, this.documentKey, String(this.drafts.length));
    other.how = draft.how;
    other.take(draft);
    return this.add(other);
  }

  /** A draft for something that the document may name several times. Hand it to `meet` when it is complete. */
  known(type: string, ...name: string[]): Draft {
    const draft = new Draft(type, this.context.sender, ...name);
    draft.how = 'refer';
    return draft;
  }

  /** What a statement became, for whoever refers to it by the id that it has. */
  becomes(statement: Element, draft: Draft): void {
    this.became.set(statement, draft);
    const key = this.idOf(statement);
    if (key !== undefined && !this.statements.has(key)) this.statements.set(key, draft);
  }

  /** The element that a pointer such as `#a1` leads to. */
  pointed(reference: string | undefined): Element | undefined {
    if (reference === undefined) return undefined;
    return this.narrative.get(reference.startsWith('#') ? reference.slice(1) : reference);
  }

  byReference(reference: Json | undefined): Draft | undefined {
    return typeof reference === 'string' ? this.#byReference.get(reference) : undefined;
  }

  templates(element: Element): string[] {
    return templatesOf(element, this.document.text);
  }
}

export type Converter = (from: Element, at: Place, cx: Conversion) => void;
