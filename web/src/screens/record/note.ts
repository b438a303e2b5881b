// A note as it is typed, and as a Composition alone (http://hl7.org/fhir/R4/composition.html): its sections are the text, its attester
// is the signature. No DocumentReference beside it: that would say the same state a second time, and could say it differently.
// Amending makes the next version of the same Composition: it names the version that it replaces and its reason; both stay in the
// history.
import type { Composition, CompositionSection, Reference } from '../../../../src/fhir/generated/types.ts';
import type { Template } from './templates.ts';

export interface Part {
  title: string;
  text: string;
}

export interface NoteTyped {
  template: string;
  title: string;
  parts: Part[];
  /** Why a signed note is amended or withdrawn. */
  reason: string;
  /** Of the Composition, made when the note is begun, so that what is sent twice is there once. */
  id: string;
}

export const reasonTitle = 'Reason for the amendment';

export const noteFrom = (template: Template, id: string): NoteTyped => ({
  template: template.name,
  title: template.title,
  parts: template.parts.map(({ title, text = '' }) => ({ title, text })),
  reason: '',
  id,
});

const escaped = (text: string): string => text.replace(/[&<>]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? one);
// What XML cannot hold is left out (https://www.w3.org/TR/xml/#charsets).
const printable = (text: string): string => text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');

/** Plain text as XHTML of a narrative: an empty line begins a paragraph. */
export const narrativeOf = (text: string): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml">${printable(text)
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n[\t ]*\n+/)
    .map((paragraph) => `<p>${escaped(paragraph).replaceAll('\n', '<br/>')}</p>`)
    .join('')}</div>`;

/** The plain text of a narrative, whoever wrote it: no element is ever shown as one. */
export function textOf(div: string | undefined): string {
  if (div === undefined) return '';
  const plain = div
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<br\b[^>]*>/gi, '\n')
    .replace(/<\/(?:p|div|li|tr|h\d|table|ul|ol)\s*>/gi, '\n\n')
    .replace(/<\/t[dh]\s*>/gi, '\t')
    .replace(/<[^>]*>/g, '');
  return plain
    .replace(/&(lt|gt|quot|apos|nbsp|#\d+|#x[\da-f]+);/gi, (whole, name: string) => entity(name.toLowerCase()) ?? whole)
    .replaceAll('&amp;', '&')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function entity(name: string): string | undefined {
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : name.startsWith('#') ? Number(name.slice(1)) : undefined;
  if (code !== undefined) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  return { lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }[name];
}

/** With the parts of its template that are still empty, as long as it is not signed. */
export function noteTyped(composition: Composition, template?: Template): NoteTyped {
  const written = (composition.section ?? [])
    .filter(({ title }) => title !== reasonTitle)
    .map(({ title, text }) => ({ title: title ?? '', text: textOf(text?.div) }));
  const asked = isSigned(composition) ? [] : (template?.parts ?? []);
  const parts = asked.map(({ title }) => written.find((part) => part.title === title) ?? { title, text: '' });
  return {
    template: template?.name ?? '',
    title: composition.title,
    parts: [...parts, ...written.filter((part) => !parts.includes(part))],
    reason: '',
    id: composition.id ?? '',
  };
}

export const isSigned = ({ status }: Composition): boolean => ['final', 'amended'].includes(status);

/** What must be mended before it can be signed; a draft may be anything. */
export function noteProblem({ title, parts, reason }: NoteTyped, before: Composition | undefined): string | undefined {
  if (title.trim() === '') return 'Give the note a title';
  if (parts.every(({ text }) => text.trim() === '')) return 'The note is empty';
  if (before !== undefined && isSigned(before) && reason.trim() === '')
    return 'Say why it is amended: both versions stay, and the reason with them';
  return undefined;
}

export interface Writing {
  patient: string;
  encounter?: string;
  at: string;
  author: Reference;
  /** `keep`: as preliminary; `sign`: final, or amended where it was signed before; `withdraw`: entered in error. */
  as: 'keep' | 'sign' | 'withdraw';
  /** Code of the template. */
  code?: { code: string; display: string };
}

export function compositionOf(typed: NoteTyped, { patient, encounter, at, author, as, code }: Writing, before?: Composition): Composition {
  const signed = before !== undefined && isSigned(before);
  const status = as === 'withdraw' ? 'entered-in-error' : as === 'keep' ? 'preliminary' : signed ? 'amended' : 'final';
  const section = typed.parts
    .filter(({ text }) => text.trim() !== '')
    .map(({ title, text }): CompositionSection => {
      const old = before?.section?.find((one) => one.title === title);
      const kept = old !== undefined && textOf(old.text?.div) === text.trim() ? old : undefined;
      return kept ?? { ...(title === '' ? {} : { title }), text: { status: 'generated', div: narrativeOf(text) } };
    });
  const reason = typed.reason.trim();
  const because: CompositionSection[] =
    reason === ''
      ? []
      : [{ title: reasonTitle, text: { status: 'generated', div: narrativeOf(`${reason} (${author.display ?? ''}, ${at})`) } }];
  const version = before?.meta?.versionId;
  return {
    ...(before ?? {
      resourceType: 'Composition' as const,
      id: typed.id,
      type: {
        coding: code === undefined ? undefined : [{ system: 'http://loinc.org', ...code }],
        text: code?.display ?? 'Note',
      },
      subject: { reference: `Patient/${patient}` },
      ...(encounter === undefined ? {} : { encounter: { reference: `Encounter/${encounter}` } }),
      author: [author],
    }),
    title: typed.title.trim(),
    status,
    date: at,
    ...(as === 'sign' ? { attester: [...(before?.attester ?? []), { mode: 'legal', time: at, party: author }] } : {}),
    ...(signed && version !== undefined
      ? {
          relatesTo: [
            ...(before.relatesTo ?? []),
            { code: 'replaces', targetReference: { reference: `Composition/${before.id ?? ''}/_history/${version}` } },
          ],
        }
      : {}),
    section: [...section, ...because],
  };
}

export const noteRows = (composition: Composition): [string, string][] => [
  ['State', composition.status],
  ['Title', composition.title],
  ...(composition.section ?? []).map(({ title, text }): [string, string] => [title ?? 'Text', textOf(text?.div)]),
];
