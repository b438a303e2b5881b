// What is read from a document before it is understood: who keeps it, what it is called, whom it is about (CDA R2, header).
import type { Problem } from '../../fhir/result.ts';
import { answeredIn, responseCode } from './reportability-response.ts';
import { readInSteps } from './tree/read.ts';
import type { Document, Element, Leaf } from './tree/tree.ts';

export interface CcdaAbout {
  sender: string;
  controlId: string;
  kind: string;
  keys: string[];
  lane: string;
  fault?: Problem;
}

const isElement = (one: Element | Leaf): one is Element => 'children' in one;
const child = (parent: Element | undefined, ...path: string[]): Element | undefined =>
  path.reduce<Element | undefined>((at, name) => at?.children.filter(isElement).find((one) => one.name === name), parent);
const children = (parent: Element | undefined, name: string): Element[] =>
  parent?.children.filter(isElement).filter((one) => one.name === name) ?? [];
const attribute = (document: Document, element: Element | undefined, name: string): string => {
  const leaf = element?.attributes.find((one) => one.name === name);
  return leaf === undefined ? '' : document.text.slice(leaf.start, leaf.end);
};
const idOf = (document: Document, element: Element | undefined): string =>
  [attribute(document, element, 'root'), attribute(document, element, 'extension')].filter((part) => part !== '').join('|');

export const reportabilityResponse = 'Reportability response';
/** LOINC codes of the documents of C-CDA R2.1, by what people call them. */
const kinds: Readonly<Record<string, string>> = {
  '34133-9': 'CCD',
  '18842-5': 'Discharge summary',
  '57133-1': 'Referral note',
  '11506-3': 'Progress note',
  '11488-4': 'Consultation note',
  '11504-8': 'Operative note',
  '34117-2': 'History and physical',
  '28570-0': 'Procedure note',
  '18748-4': 'Diagnostic imaging report',
  '52521-2': 'Care plan',
  '18761-7': 'Transfer summary',
  '55751-2': 'Case report',
  [responseCode]: reportabilityResponse,
};

/** In steps: the whole document is read for it, and has a megabyte or ten. */
export function* aboutCcdaInSteps(raw: Uint8Array): Generator<undefined, CcdaAbout> {
  const document = yield* readInSteps(raw);
  const root = document.roots[0];
  if (root === undefined) {
    const message = 'This is no XML document. Send a CDA document with one root element, ClinicalDocument';
    return { sender: '', controlId: '', kind: '', keys: [], lane: '', fault: { kind: 'invalid', message } };
  }
  const code = attribute(document, child(root, 'code'), 'code');
  const custodian = child(root, 'custodian', 'assignedCustodian', 'representedCustodianOrganization');
  const patientIds = children(child(root, 'recordTarget', 'patientRole'), 'id');
  const keys = patientIds.map((id) => attribute(document, id, 'extension') || attribute(document, id, 'root'));
  const controlId = idOf(document, child(root, 'id'));
  // An answer is found by what it answers.
  const answered = code === responseCode ? (yield* answeredIn(document, root)).flatMap(({ id, set }) => [id, set]) : [];
  return {
    sender: idOf(document, child(custodian, 'id')) || 'document',
    controlId,
    kind: kinds[code] ?? (root.name === 'ClinicalDocument' ? `Document ${code}`.trim() : root.name),
    keys: [...keys, ...answered, attribute(document, child(root, 'id'), 'extension')].filter((key) => key !== ''),
    lane: idOf(document, patientIds[0]) || controlId,
  };
}
