// Which problems of the knowledge a text or an ICD-10-CM code names. Family history, denial, doubt and "at risk of" are not
// the patient's problem; the longest wording that fits is taken ("heart failure with preserved ejection fraction").
import type { KnowledgeBase } from '../knowledge/base.ts';
import { plain } from '../reading/names.ts';

interface Word {
  text: string;
  id: string;
}

const denied =
  /\b(?:no|not|denies|denied|without|negative for|rule out|ruled out|r\/o|family history of|family h\/o|fh of|fhx|mother with|father with|risk of|risk for|screening for|at risk|prevention of|prophylaxis(?: of| for| against)?|never had|excluded|unlikely|fear of|immuni[sz]ation against|no history of|no evidence of)\s+(?:[a-z-]+\s+){0,3}$/;

export class ProblemWords {
  private readonly words: Word[] = [];
  private readonly codes: { code: string; id: string }[] = [];
  private readonly not = new Map<string, string[]>();

  constructor(base: KnowledgeBase) {
    for (const row of base.all('problems')) {
      for (const word of row.words) this.words.push({ text: plain(word).trim(), id: row.id });
      for (const code of row.icd10 ?? []) this.codes.push({ code: code.replace('.', ''), id: row.id });
      if (row.not)
        this.not.set(
          row.id,
          row.not.map((word) => plain(word)),
        );
    }
    this.words.sort((a, b) => b.text.length - a.text.length);
  }

  /** All problems that a text names; empty where none is known. */
  inText(raw: string): string[] {
    const text = plain(raw.slice(0, 2000)).replaceAll(/\s+/g, ' ');
    const found = new Set<string>();
    for (const { text: word, id } of this.words) {
      if (found.has(id) || word === '') continue;
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        if (
          /[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ') ||
          /[\p{L}\p{N}]/u.test((text[at + word.length] ?? ' ').replace(/s(?![\p{L}\p{N}])/u, ' '))
        )
          continue;
        if (denied.test(text.slice(Math.max(0, at - 60), at))) continue;
        if (this.not.get(id)?.some((other) => text.includes(other))) continue;
        found.add(id);
        break;
      }
    }
    return [...found];
  }

  /** ICD-10-CM, with or without its dot: the code itself and everything below a listed one. */
  ofCode(code: string): string[] {
    const asked = code.replace('.', '').toUpperCase();
    return [...new Set(this.codes.filter((each) => asked.startsWith(each.code)).map((each) => each.id))];
  }
}
