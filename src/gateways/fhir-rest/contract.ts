// One FHIR interaction as plain values, so that it is the same over HTTP, inside a batch and in a test without a socket.
// Interactions are functions of one form: (request, context) → response. http://hl7.org/fhir/R4/http.html
import type { ResourceType } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import type { Problem } from '../../fhir/result.ts';
import type { Finding } from '../../fhir/validator/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import type { Operation } from './operations/contract.ts';
import type { ValidationParts } from './validation.ts';

export interface FhirRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments after the base, decoded: `['Patient', '1', '_history']`. */
  path: string[];
  query: [name: string, value: string][];
  /** Lower-case names; only those that FHIR gives a meaning. */
  headers: Partial<Record<FhirHeader, string>>;
  body?: Json;
  caller: Caller;
  /** What was found in the body and did not refuse it; an answer that is asked for an OperationOutcome tells it. */
  warnings?: Finding[];
}

export type FhirHeader = 'if-match' | 'if-none-match' | 'if-none-exist' | 'if-modified-since' | 'prefer' | 'content-type';

export interface FhirResponse {
  status: number;
  headers: Record<string, string>;
  /** JSON text. */
  body?: string;
  /** Of the resource, to the millisecond; the header Last-Modified only has seconds. */
  lastUpdated?: Date;
}

export interface FhirContext {
  record: RecordStore;
  /** Absolute base without a trailing slash, for links and locations. */
  base: string;
  limits: { bundleEntries: number };
  /** What writes are checked for beyond their structure; absent: nothing. */
  validation?: ValidationParts;
  /** Operations that are offered; absent: none. */
  operations?: readonly Operation[];
  /** What other gateways have to say of a type in the CapabilityStatement. */
  besides?: CapabilityParts;
}

export type CapabilityParts = Partial<Record<ResourceType, { extension?: readonly object[]; supportedProfile?: readonly string[] }>>;

export type Interaction = (request: FhirRequest, context: FhirContext) => Promise<FhirResponse>;

/** A refusal on its way out of an interaction; caught in one place and answered as OperationOutcome. */
export interface Refusal {
  problem: Problem;
  status?: number;
}
