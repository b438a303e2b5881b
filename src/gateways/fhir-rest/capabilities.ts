// The CapabilityStatement, made from the tables that the program itself works by. http://hl7.org/fhir/R4/http.html#capabilities
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import { fail } from '../../fhir/result.ts';
import { parameterGeneration, parametersOf } from '../../fhir/search/parameters.ts';
import { commonParameters } from '../../fhir/search/wide.ts';
import { version } from '../version.ts';
import type { CapabilityParts, FhirContext, FhirRequest, FhirResponse } from './contract.ts';
import type { Operation } from './operations/contract.ts';
import { isOffered } from './operations/dispatch.ts';
import { refusal } from './outcome.ts';
import type { ValidationParts } from './validation.ts';

const interactions = ['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'history-type', 'create', 'search-type'];

/** Statements by the operations that they list, then by base. */
let made = new WeakMap<readonly Operation[], Map<string, string>>();
/** Of the search parameters that these were made from (fhir/search/parameters.ts). */
let generation = parameterGeneration();

function forgetOld(): void {
  if (generation === parameterGeneration()) return;
  generation = parameterGeneration();
  made = new WeakMap();
  reverse = undefined;
}
const none: readonly Operation[] = [];

export async function capabilityStatement(
  request: FhirRequest,
  { base, operations = none, validation, besides = {} }: FhirContext,
): Promise<FhirResponse> {
  const mode = request.query.find(([name]) => name === 'mode')?.[1];
  if (mode !== undefined && mode !== 'full' && mode !== 'normative')
    return refusal(fail('unsupported', 'mode is full or normative: terminology capabilities are not offered yet', 'mode').problem);
  forgetOld();
  const ofBase = made.get(operations) ?? new Map<string, string>();
  made.set(operations, ofBase);
  let body = ofBase.get(base);
  if (body === undefined) {
    if (ofBase.size > 20) ofBase.clear();
    body = JSON.stringify(statement(base, operations, profilesOf(validation), besides));
    ofBase.set(base, body);
  }
  return { status: 200, headers: {}, body };
}

/** Profiles of resources that a resource may name, by type. */
function profilesOf(validation: ValidationParts | undefined): Map<string, string[]> {
  const byType = new Map<string, string[]>();
  for (const { url, type } of validation?.profiles.list() ?? []) byType.set(type, [...(byType.get(type) ?? []), url].sort());
  return byType;
}

function statement(
  base: string,
  operations: readonly Operation[],
  profiles: ReadonlyMap<string, string[]>,
  besides: CapabilityParts,
): object {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-22',
    kind: 'instance',
    software: { name: 'Lamplight', version },
    implementation: { description: 'Lamplight', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json', 'application/fhir+xml', 'xml'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json', 'application/fhir+xml'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          description:
            'Every request carries a bearer token or a session; access by role, patient compartment and organisation; every access is audited.',
        },
        resource: resourceTypes.map((type) => ({
          ...(besides[type]?.extension === undefined ? {} : { extension: besides[type].extension }),
          type,
          profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
          ...supported([...(profiles.get(type) ?? []), ...(besides[type]?.supportedProfile ?? [])]),
          interaction: interactions.map((code) => ({ code })),
          versioning: 'versioned-update',
          readHistory: true,
          updateCreate: true,
          conditionalCreate: true,
          conditionalRead: 'full-support',
          conditionalUpdate: true,
          conditionalDelete: 'single',
          referencePolicy: ['literal', 'logical'],
          searchInclude: ['*', ...references(type)],
          searchRevInclude: revincludes().get(type) ?? [],
          searchParam: [...parametersOf(type).values()].map((p) => ({ name: p.code, definition: p.url, type: p.type })),
          ...listed(operations.filter((one) => isOffered(one, { type }) || isOffered(one, { type, id: '1' }))),
        })),
        interaction: ['transaction', 'batch', 'search-system', 'history-system'].map((code) => ({ code })),
        searchParam: commonParameters(resourceTypes).map((p) => ({ name: p.code, definition: p.url, type: p.type })),
        operation: [...of(operations.filter((one) => isOffered(one, {}))), ...viewOperations],
        compartment: ['Patient', 'Encounter', 'RelatedPerson', 'Practitioner', 'Device'].map(
          (code) => `http://hl7.org/fhir/CompartmentDefinition/${code.toLowerCase()}`,
        ),
      },
    ],
  };
}

/** An empty list is left out, as everywhere in FHIR. */
const listed = (operations: readonly Operation[]): object => (operations.length === 0 ? {} : { operation: of(operations) });
const of = (operations: readonly Operation[]) => operations.map(({ name, definition }) => ({ name, definition }));

/** Of SQL on FHIR: ViewDefinition is no type of R4, so that its operations are said of the whole server (gateways/view-definitions). */
const viewOperations = [
  {
    name: 'viewdefinition-run',
    definition: 'http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run',
    documentation:
      'Formats json, ndjson, csv, parquet, fhir; source is this server only. At ViewDefinition/[name] too, and by its first name: ViewDefinition/$run, ViewDefinition/[name]/$run.',
  },
  {
    name: 'viewdefinition-export',
    definition: 'http://sql-on-fhir.org/OperationDefinition/$viewdefinition-export',
    documentation:
      'Formats ndjson, csv, parquet; source is this server only; told of and fetched as Bulk Data is. At ViewDefinition/[name] too, and by its first name: ViewDefinition/$export, ViewDefinition/[name]/$export.',
  },
  {
    name: 'sqlquery-run',
    definition: 'http://sql-on-fhir.org/OperationDefinition/$sqlquery-run',
    documentation:
      'Where the tables are on. Formats json, ndjson, csv, parquet, fhir; all but patient, group and _since; tableSource takes SQLViews. At Library and Library/[id] too.',
  },
  {
    name: 'sql-run',
    definition: 'http://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition/SQLRun',
    documentation: 'viewdefinition-run of a ViewDefinition, sqlquery-run of a Library; context takes SQLViews.',
  },
];

const supported = (profiles: readonly string[]): object => (profiles.length === 0 ? {} : { supportedProfile: profiles });

const references = (type: ResourceType): string[] =>
  [...parametersOf(type).values()].filter((p) => p.type === 'reference').map((p) => `${type}:${p.code}`);

let reverse: Map<string, string[]> | undefined;

/** Per type, the parameters of all types that may point to it. */
function revincludes(): Map<string, string[]> {
  if (reverse !== undefined) return reverse;
  reverse = new Map();
  for (const base of resourceTypes) {
    for (const p of parametersOf(base).values()) {
      if (p.type !== 'reference') continue;
      for (const target of p.targets) reverse.set(target, [...(reverse.get(target) ?? []), `${base}:${p.code}`]);
    }
  }
  return reverse;
}
