// What a C-CDA document must have (C-CDA R2.1: US Realm Header, and the SHALL sections of each document): checked on what was written,
// whoever wrote it.
import type { Problem } from '../../../fhir/result.ts';
import { templatesOf } from '../mapping/templates-of.ts';
import { childOf, childrenOf, type Document, type Element, leafOf } from '../tree/tree.ts';
import type { DocumentKind } from './contract.ts';
import { kinds } from './kinds.ts';

const header = [
  'realmCode',
  'typeId',
  'templateId',
  'id',
  'code',
  'title',
  'effectiveTime',
  'confidentialityCode',
  'languageCode',
  'recordTarget',
  'author',
  'custodian',
];
const patientParts = ['name', 'administrativeGenderCode', 'birthTime', 'raceCode', 'ethnicGroupCode'];
const roleParts = ['id', 'addr', 'telecom', 'patient'];
const sectionParts = ['templateId', 'code', 'title', 'text'];

/** What is missing, each in a sentence; none where the document keeps to the rules. */
export function faultsOf(document: Document, kind: DocumentKind): Problem[] {
  const [root] = document.roots;
  if (root?.name !== 'ClinicalDocument') return [missing('ClinicalDocument', 'the outermost element')];
  const faults: Problem[] = [];
  const need = (of: Element | undefined, names: readonly string[], where: string): void => {
    for (const name of names) if (childOf(of, name) === undefined) faults.push(missing(name, where));
  };
  const rule = kinds[kind];
  need(root, [...header, ...rule.header], 'ClinicalDocument');
  const role = childOf(childOf(root, 'recordTarget'), 'patientRole');
  need(role, roleParts, 'patientRole');
  need(childOf(role, 'patient'), patientParts, 'patient');
  need(childOf(childOf(root, 'author'), 'assignedAuthor'), ['id', 'addr', 'telecom'], 'assignedAuthor');
  if (!templatesOf(root, document.text).includes(rule.template)) faults.push(missing(`templateId ${rule.template}`, 'ClinicalDocument'));
  const body = childOf(childOf(root, 'component'), kind === 'unstructured' ? 'nonXMLBody' : 'structuredBody');
  if (body === undefined) return [...faults, missing('component with a body', 'ClinicalDocument')];
  if (kind === 'unstructured') return [...faults, ...(childOf(body, 'text') === undefined ? [missing('text', 'nonXMLBody')] : [])];
  const sections = childrenOf(body, 'component').flatMap((component) => childrenOf(component, 'section'));
  for (const section of sections) need(section, sectionParts, 'section');
  const there = new Set(sections.flatMap((section) => templatesOf(section, document.text)));
  for (const { title, templates } of rule.required)
    if (!templates.some(([one]) => there.has(one))) faults.push(missing(`section ${title}`, 'structuredBody'));
  for (const section of sections) {
    const empty = childOf(section, 'entry') === undefined && leafOf(section, 'nullFlavor') === undefined;
    if (empty && entriesRequired.has(templatesOf(section, document.text)[0] ?? '')) faults.push(missing('entry or nullFlavor', 'section'));
  }
  return faults;
}

/** Sections whose entries are required. */
const entriesRequired = new Set(
  ['1.1', '2.1', '3.1', '4.1', '5.1', '6.1', '7.1', '11.1', '22.1'].map((end) => `2.16.840.1.113883.10.20.22.2.${end}`),
);

const missing = (what: string, where: string): Problem => ({ kind: 'invalid', message: `Add ${what}: C-CDA asks for it`, where });
