// The interactions of FHIR for the description of the API (OpenAPI), made from the same tables as the CapabilityStatement: one set of
// paths serves every resource type.
import { resourceTypes } from '../../fhir/generated/types.ts';
import { commonParameters } from '../../fhir/search/wide.ts';
import { header, type Paths, path, query } from '../http/described.ts';

const fhir = 'application/fhir+json';
const resource = { content: { [fhir]: { schema: { type: 'object' } } } };
const type = path('type', 'Resource type of FHIR R4', { type: 'string', enum: resourceTypes });
const id = path('id', 'Logical id', { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' });
const compartment = path('compartment', 'Patient, Encounter, RelatedPerson, Practitioner or Device');
const types = query('_type', 'Resource types separated by commas; absent: all that this account may search');
/** What can be asked of any type. */
const common = [
  ...commonParameters(resourceTypes).map(({ code, type: kind }) => query(code, `Search parameter of every type (${kind})`)),
  query('_sort', '_id, _lastUpdated, each also with "-" for descending'),
  query('_count', 'Matches a page', { type: 'integer', minimum: 0 }),
  query('_total', 'Whether they are counted', { type: 'string', enum: ['none', 'estimate', 'accurate'] }),
  query('_summary', 'Which part of each', { type: 'string', enum: ['true', 'text', 'data', 'count', 'false'] }),
  query('_contained', 'Whether what stands inside other resources is searched', { type: 'string', enum: ['false', 'true', 'both'] }),
  query('_containedType', 'What is answered for a match inside another resource', { type: 'string', enum: ['container', 'contained'] }),
  query('_elements', 'Only these elements, such as id,Patient.name'),
];

const refusals = {
  '400': { description: 'Not understood; the OperationOutcome says what to put right', ...resource },
  '401': { description: 'Not signed in, or the token has expired', ...resource },
  '403': { description: 'Signed in, but not allowed', ...resource },
};
const answers = (ok: Record<string, string>, more: Record<string, string> = {}): object => ({
  ...Object.fromEntries(Object.entries(ok).map(([status, description]) => [status, { description, ...resource }])),
  ...Object.fromEntries(Object.entries(more).map(([status, description]) => [status, { description, ...resource }])),
  ...refusals,
});

const ifMatch = header('If-Match', 'Only where this is the current version: W/"3"');
const prefer = header('Prefer', 'return=minimal, return=representation or return=OperationOutcome; handling=strict or lenient');

export const fhirPaths: Paths = {
  '/fhir/metadata': {
    get: { summary: 'CapabilityStatement', tags: ['FHIR'], security: [], responses: answers({ '200': 'What this server can do' }) },
  },
  '/fhir': {
    get: {
      summary: 'Search over several types',
      tags: ['FHIR'],
      parameters: [types, ...common, prefer],
      responses: answers({ '200': 'Bundle of matches of all types that this account may search, or of those named' }),
    },
    post: {
      summary: 'Batch or transaction',
      tags: ['FHIR'],
      parameters: [prefer],
      requestBody: resource,
      responses: answers(
        { '200': 'A Bundle with an answer for each entry' },
        { '409': 'Conflict', '412': 'A condition does not hold', '422': 'Not valid' },
      ),
    },
  },
  '/fhir/_search': {
    post: {
      summary: 'Search over several types by form',
      tags: ['FHIR'],
      requestBody: { content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } } },
      responses: answers({ '200': 'Bundle of matches' }),
    },
  },
  '/fhir/_history': {
    get: { summary: 'History of everything', tags: ['FHIR'], responses: answers({ '200': 'Bundle of versions, newest first' }) },
  },
  '/fhir/{type}': {
    get: {
      summary: 'Search',
      tags: ['FHIR'],
      parameters: [type, prefer],
      responses: answers({ '200': 'Bundle of matches; parameters are those of the CapabilityStatement' }),
    },
    post: {
      summary: 'Create',
      tags: ['FHIR'],
      parameters: [type, header('If-None-Exist', 'Only where this search finds nothing'), prefer],
      requestBody: resource,
      responses: answers(
        { '201': 'Created', '200': 'It was there already' },
        { '412': 'The condition matches several', '422': 'Not valid' },
      ),
    },
    put: {
      summary: 'Conditional update',
      tags: ['FHIR'],
      parameters: [type, prefer],
      requestBody: resource,
      responses: answers({ '200': 'Updated', '201': 'Created' }, { '412': 'The condition matches several', '422': 'Not valid' }),
    },
    patch: {
      summary: 'Conditional patch',
      tags: ['FHIR'],
      parameters: [type, prefer],
      requestBody: { content: { 'application/json-patch+json': { schema: { type: 'array' } } } },
      responses: answers({ '200': 'Patched' }, { '412': 'The condition matches several' }),
    },
    delete: {
      summary: 'Conditional delete',
      tags: ['FHIR'],
      parameters: [type],
      responses: answers({ '204': 'Deleted, or nothing matched' }, { '412': 'The condition matches several' }),
    },
  },
  '/fhir/{type}/_search': {
    post: {
      summary: 'Search by form',
      tags: ['FHIR'],
      parameters: [type],
      requestBody: { content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } } },
      responses: answers({ '200': 'Bundle of matches' }),
    },
  },
  '/fhir/{type}/_history': {
    get: { summary: 'History of a type', tags: ['FHIR'], parameters: [type], responses: answers({ '200': 'Bundle of versions' }) },
  },
  '/fhir/{type}/{id}': {
    get: {
      summary: 'Read',
      tags: ['FHIR'],
      parameters: [
        type,
        id,
        header('If-None-Match', '304 where this is still the version'),
        header('If-Modified-Since', '304 where nothing changed since'),
      ],
      responses: answers(
        { '200': 'The resource' },
        { '304': 'Not modified', '404': 'Not there, or not to be seen by this account', '410': 'Deleted' },
      ),
    },
    put: {
      summary: 'Update, or create with this id',
      tags: ['FHIR'],
      parameters: [type, id, ifMatch, header('If-None-Match', '*: only where it is not there'), prefer],
      requestBody: resource,
      responses: answers({ '200': 'Updated', '201': 'Created' }, { '412': 'Another version is current', '422': 'Not valid' }),
    },
    patch: {
      summary: 'JSON Patch',
      tags: ['FHIR'],
      parameters: [type, id, ifMatch, prefer],
      requestBody: { content: { 'application/json-patch+json': { schema: { type: 'array' } } } },
      responses: answers(
        { '200': 'Patched' },
        { '404': 'Not there', '412': 'Another version is current', '422': 'The result would not be valid' },
      ),
    },
    delete: {
      summary: 'Delete',
      tags: ['FHIR'],
      parameters: [type, id, ifMatch],
      responses: answers({ '204': 'Deleted' }, { '404': 'Not there', '412': 'Another version is current' }),
    },
  },
  '/fhir/{type}/{id}/_history': {
    get: { summary: 'History of a resource', tags: ['FHIR'], parameters: [type, id], responses: answers({ '200': 'Bundle of versions' }) },
  },
  '/fhir/{type}/{id}/_history/{version}': {
    get: {
      summary: 'Read a version',
      tags: ['FHIR'],
      parameters: [type, id, path('version', 'Version number')],
      responses: answers({ '200': 'That version' }, { '404': 'Not there', '410': 'That version was a deletion' }),
    },
  },
  '/fhir/{compartment}/{id}/{type}': {
    get: {
      summary: 'Search in a compartment',
      tags: ['FHIR'],
      parameters: [compartment, id, type],
      responses: answers({ '200': 'Bundle of matches' }),
    },
  },
  '/fhir/{compartment}/{id}/{type}/_search': {
    post: {
      summary: 'Search in a compartment by form',
      tags: ['FHIR'],
      parameters: [path('compartment', 'Patient, Encounter, RelatedPerson, Practitioner or Device'), id, type],
      requestBody: { content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } } },
      responses: answers({ '200': 'Bundle of matches' }),
    },
  },
  '/fhir/{compartment}/{id}/*': {
    get: {
      summary: 'Search everything in a compartment',
      tags: ['FHIR'],
      parameters: [compartment, id, types, ...common],
      responses: answers({ '200': 'Bundle of matches of all types, or of those named' }),
    },
  },
};
