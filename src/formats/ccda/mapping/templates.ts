// How a statement is recognised: by its templates, by its section where it names none, by what it is.
import type { Element } from '../tree/tree.ts';
import type { Conversion } from './conversion.ts';
import type { Draft } from './draft.ts';
import { templatesOf } from './templates-of.ts';

/** What statements of one kind become; the first draft is the one that others refer to. */
export interface Template {
  name: string;
  /** Roots of templateIds. */
  roots: readonly string[];
  /** Sections (LOINC) in which a statement of one of these kinds is one of this template, where it names none that is known. */
  sections?: readonly string[];
  elements?: readonly string[];
  /** Its components are statements by themselves: they may be converted before it, with rests between them. */
  holds?: true;
  convert(statement: Element, cx: Conversion): Draft[];
}

export class Templates {
  readonly #byRoot = new Map<string, Template>();
  readonly #bySection = new Map<string, Template>();

  constructor(all: readonly Template[]) {
    for (const template of all) {
      for (const root of template.roots) this.#byRoot.set(root, template);
      for (const section of template.sections ?? []) {
        for (const element of template.elements ?? []) {
          const key = `${section} ${element}`;
          if (!this.#bySection.has(key)) this.#bySection.set(key, template);
        }
      }
    }
  }

  find(statement: Element, cx: Conversion): Template | undefined {
    const roots = templatesOf(statement, cx.document.text);
    for (const root of roots) {
      const template = this.#byRoot.get(root);
      if (template !== undefined) return template;
    }
    // Inside another statement one of a template that is not known may be anything.
    if (roots.length > 0 && statement.parent?.name !== 'entry') return undefined;
    if (statement.parent?.name === 'entryRelationship') return undefined;
    return this.#bySection.get(`${cx.section.code} ${statement.name}`);
  }
}
