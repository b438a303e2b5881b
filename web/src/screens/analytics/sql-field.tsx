// A field for SQL: CodeMirror with completion over the dictionary. Tab leaves it, as any field; Ctrl+Enter runs.
import { autocompletion, type CompletionContext, closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { Table } from './api.ts';
import { nameStart, offersFor } from './completions.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--paper)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: '4px', fontSize: '0.88rem' },
  '&.cm-focused': { outline: '2px solid var(--deep)', outlineOffset: '1px' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', minHeight: '12rem', caretColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--paper)', color: 'var(--soft)', borderRight: '1px solid var(--line)' },
  '.cm-scroller': { maxHeight: '26rem', overflow: 'auto' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--deep) 25%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-tooltip': { backgroundColor: 'var(--paper)', color: 'var(--ink)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--deep)', color: 'var(--paper)' },
  '.cm-completionInfo': { maxWidth: '22rem' },
});

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.keyword, color: 'var(--deep)', fontWeight: '600' },
    { tag: [tags.string, tags.special(tags.string)], color: 'var(--sql-text)' },
    { tag: tags.number, color: 'var(--sql-text)' },
    { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
  ]),
);

export interface SqlFieldProps {
  text: string;
  tables: readonly Table[];
  change(text: string): void;
  run(): void;
  /** `line:column` of a mistake, from 1: the cursor goes there when it changes. */
  mistake?: string | undefined;
}

export function SqlField({ text, tables, change, run, mistake }: SqlFieldProps) {
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const now = useRef({ tables, change, run });
  now.current = { tables, change, run };
  const first = useRef(text);

  useEffect(() => {
    const complete = (context: CompletionContext) => {
      const word = context.matchBefore(/[\w".]*/);
      if (word === null || (word.from === word.to && !context.explicit)) return null;
      const from = word.from + nameStart(word.text, now.current.tables);
      return { from, options: offersFor(context.state.doc.toString(), now.current.tables), validFor: /^[\w"]*$/ };
    };
    const language = new Compartment();
    const made = new EditorView({
      parent: holder.current!,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          ...(nonce === '' ? [] : [EditorView.cspNonce.of(nonce)]),
          lineNumbers(),
          history(),
          bracketMatching(),
          closeBrackets(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
          language.of(sql({ dialect: PostgreSQL })),
          autocompletion({ override: [complete] }),
          look,
          colours,
          keymap.of([
            {
              key: 'Mod-Enter',
              run: () => {
                now.current.run();
                return true;
              },
            },
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) now.current.change(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  // Another text from outside, such as a draft that was taken over; not what was just typed.
  useEffect(() => {
    const made = view.current;
    if (made !== undefined && made.state.doc.toString() !== text)
      made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const made = view.current;
    const found = /^(\d+):(\d+)$/.exec(mistake ?? '');
    if (made === undefined || found === null) return;
    const line = made.state.doc.line(Math.min(Number(found[1]), made.state.doc.lines));
    made.dispatch({ selection: { anchor: Math.min(line.to, line.from + Number(found[2]) - 1) }, scrollIntoView: true });
    made.focus();
  }, [mistake]);

  return <div ref={holder} className="sql-field" data-testid="sql" />;
}
