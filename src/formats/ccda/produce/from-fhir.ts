// A C-CDA document from what the record says, without a message that it came from: header, sections with generated narrative, entries
// by the templates of R2.1. What has no section kind stays out: the caller decides what goes into a document.
import type { Patient, Resource } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { isWritable } from '../tree/characters.ts';
import { readInSteps } from '../tree/read.ts';
import type { Document } from '../tree/tree.ts';
import type { Chart, SectionKind, Wish } from './contract.ts';
import { header } from './header.ts';
import { kinds } from './kinds.ts';
import { paragraphs, table } from './narrative.ts';
import { faultsOf } from './rules.ts';
import { type Content, type Node, templates, writeInSteps, x } from './xml.ts';

/** At once, for what is short. */
export function documentOf(resources: readonly Resource[], wish: Wish): Result<Document> {
  const steps = documentInSteps(resources, wish);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Fails where there is not one patient, a text holds what XML cannot, or the document would break the rules of its kind. */
export function* documentInSteps(resources: readonly Resource[], wish: Wish): Generator<undefined, Result<Document>> {
  const read = chartOf(resources, wish);
  if (!read.ok) return read;
  const chart = read.value;
  const kind = kinds[wish.kind];
  const root = x(
    'ClinicalDocument',
    { xmlns: 'urn:hl7-org:v3', 'xmlns:sdtc': 'urn:hl7-org:sdtc', 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' },
    header(chart, kind),
    x('component', {}, yield* body(chart)),
  );
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${yield* writeInSteps(root)}`;
  if (!isWritable(text)) return fail('invalid', 'A text holds a character that XML cannot hold: remove it');
  const document = yield* readInSteps(Buffer.from(text, 'utf8'));
  const [fault, ...also] = faultsOf(document, wish.kind);
  return fault === undefined ? ok(document) : { ok: false, problem: { ...fault, also } };
}

/** What the sections of a document are made of. */
export function chartOf(resources: readonly Resource[], wish: Wish): Result<Chart> {
  const patients = resources.filter((one): one is Patient => one.resourceType === 'Patient');
  const [patient] = patients;
  if (patient === undefined || patients.length > 1) return fail('invalid', 'Give the resources of one patient, the Patient among them');
  if (wish.kind === 'unstructured' && wish.content === undefined) return fail('invalid', 'Give the content of the unstructured document');
  if (wish.kind === 'case-report' && wish.caseReport === undefined) return fail('invalid', 'Say which version of which series it is');
  const byReference = new Map(resources.map((one) => [`${one.resourceType}/${one.id ?? ''}`, one]));
  return ok({ patient, resources, wish, find: (reference) => (reference === undefined ? undefined : byReference.get(reference)) });
}

/** What stands in the sections of a document, for a reader who looks at it before it is written. */
export function toldIn(chart: Chart): { title: string; columns: readonly string[]; rows: string[][]; words: string }[] {
  const { required, optional } = kinds[chart.wish.kind];
  return [...required, ...optional].map((one) => ({
    title: one.title,
    columns: one.columns,
    rows: one.items(chart).map(({ cells }) => cells),
    words: chart.wish.texts?.[one.code] ?? '',
  }));
}

function* body(chart: Chart): Generator<undefined, Node> {
  const { wish } = chart;
  if (wish.content !== undefined && wish.kind === 'unstructured') {
    const { contentType, bytes } = wish.content;
    return x('nonXMLBody', {}, x('text', { mediaType: contentType, representation: 'B64' }, Buffer.from(bytes).toString('base64')));
  }
  const { required, optional } = kinds[wish.kind];
  const sections: Node[] = [];
  for (const one of [...required, ...optional]) {
    yield;
    const items = one.items(chart);
    if (required.includes(one) || items.length > 0 || wish.texts?.[one.code] !== undefined)
      sections.push(x('component', {}, yield* section(one, items, chart)));
  }
  return x('structuredBody', {}, sections);
}

/** Its words, or a table with a row for each entry; nullFlavor where there is neither. */
function* section(kind: SectionKind, items: ReturnType<SectionKind['items']>, chart: Chart): Generator<undefined, Node> {
  const words = chart.wish.texts?.[kind.code];
  const rows = items.map(({ cells }, i) => ({ id: linkOf(kind, i), cells }));
  const told = words === undefined ? [] : paragraphs(words).children;
  const text: Content =
    items.length > 0
      ? x('text', {}, told, table(kind.columns, rows).children)
      : words === undefined
        ? x('text', {}, 'No information')
        : paragraphs(words);
  const entries: Node[] = [];
  for (const [i, { entry }] of items.entries()) {
    yield;
    if (entry !== undefined) entries.push(x('entry', {}, entry(linkOf(kind, i))));
  }
  return x(
    'section',
    { nullFlavor: items.length === 0 && words === undefined ? 'NI' : undefined },
    templates(...kind.templates),
    x('code', { code: kind.code, codeSystem: '2.16.840.1.113883.6.1', codeSystemName: 'LOINC' }),
    x('title', {}, kind.title),
    text,
    entries,
  );
}

const linkOf = (kind: SectionKind, index: number): string => `s${kind.code}-${index + 1}`;
