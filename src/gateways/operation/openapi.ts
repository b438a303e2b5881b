// The API in OpenAPI 3.1, made from the same tables as the CapabilityStatement; one set of paths serves every resource type.

import { resourceTypes } from '../../fhir/generated/types.ts';
import { commonParameters } from '../../fhir/search/wide.ts';
import { accountPaths } from '../accounts/description.ts';
import { administrationPaths } from '../administration/description.ts';
import { analyticsPaths } from '../analytics/description.ts';
import { trailParameters } from '../audit/wish.ts';
import { cdsHooksPaths } from '../cds-hooks/description.ts';
import { exchangePaths } from '../exchange/description.ts';
import { forecastPaths } from '../forecasts/description.ts';
import { feedParameters } from '../live/wish.ts';
import { medicationPaths } from '../medication/description.ts';
import { outcomePaths } from '../outcomes/description.ts';
import { populationPaths } from '../population/description.ts';
import { questionPaths } from '../questions/description.ts';
import { reportPaths } from '../reports/description.ts';
import { surveillancePaths } from '../surveillance/description.ts';
import { version } from '../version.ts';
import { viewDefinitionPaths } from '../view-definitions/description.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description: string;
  schema: object;
}

const fhir = 'application/fhir+json';
const resource = { content: { [fhir]: { schema: { type: 'object' } } } };
const path = (name: string, description: string, schema: object = { type: 'string' }): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});
const type = path('type', 'Resource type of FHIR R4', { type: 'string', enum: resourceTypes });
const id = path('id', 'Logical id', { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' });
const bulkJob = path('job', 'As Content-Location named it', { type: 'string', format: 'uuid' });
const header = (name: string, description: string): Parameter => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});

const compartment = path('compartment', 'Patient, Encounter, RelatedPerson, Practitioner or Device');
const query = (name: string, description: string, schema: object = { type: 'string' }): Parameter => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
});
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

const position = { type: 'string', pattern: '^\\d{1,18}$' };
/** A page of the feed. */
const page = {
  type: 'object',
  required: ['changes', 'next'],
  properties: {
    changes: {
      type: 'array',
      items: {
        type: 'object',
        required: ['position', 'at', 'operation', 'type', 'id', 'version'],
        properties: {
          position,
          at: { type: 'string', format: 'date-time' },
          operation: { type: 'string', enum: ['create', 'update', 'delete'] },
          type: { type: 'string', enum: resourceTypes },
          id: { type: 'string' },
          version: { type: 'integer', minimum: 1 },
          patient: { type: 'string', description: 'Id of the Patient whom it concerns, where that is one and only one' },
        },
      },
    },
    next: position,
  },
};

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

interface Operation {
  summary: string;
  tags: string[];
  parameters?: Parameter[];
  [more: string]: unknown;
}

export const openApiPaths: Record<string, Record<string, Operation>> = {
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
  '/auth/sign-in': {
    post: {
      summary: 'Sign in',
      tags: ['Access'],
      security: [],
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['name', 'password'],
              properties: { name: { type: 'string' }, password: { type: 'string' } },
            },
          },
        },
      },
      responses: {
        '200': { description: 'A session token, also as cookie' },
        '401': { description: 'Name or password is wrong' },
        '429': { description: 'Locked for a while' },
      },
    },
  },
  '/auth/sign-out': { post: { summary: 'Sign out', tags: ['Access'], responses: { '204': { description: 'The session has ended' } } } },
  '/auth/token': {
    post: {
      summary: 'Token for a system (client credentials)',
      tags: ['Access'],
      security: [],
      requestBody: {
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              required: ['grant_type'],
              properties: { grant_type: { const: 'client_credentials' }, client_id: { type: 'string' }, client_secret: { type: 'string' } },
            },
          },
        },
      },
      responses: { '200': { description: 'A bearer token' }, '401': { description: 'invalid_client' } },
    },
  },
  '/auth/me': {
    get: { summary: 'Who is signed in', tags: ['Access'], responses: { '200': { description: 'Name, role and bounds of the account' } } },
  },
  '/feed': {
    get: {
      summary: 'What changed, in order: a page, or a stream of server-sent events',
      description:
        'With Accept: application/json one page, whose "next" is the "after" of the following one (equal to what was asked for: nothing is left). Otherwise a stream that goes on: events "change", each with its position as id, and "end" with the reason. It tells what changed, not what it says: that is read from the FHIR API.',
      tags: ['Feed'],
      parameters: [
        ...Object.entries(feedParameters).map(([name, { says, schema, example }]) => ({ ...query(name, says, schema), example })),
        header('Accept', 'application/json for a page, text/event-stream (or nothing) for the stream'),
        header('Last-Event-ID', 'Of a stream that comes back: the position of the last event that it got, in place of "after"'),
      ],
      responses: {
        '200': {
          description: 'The changes that this account may see, oldest first',
          content: {
            'application/json': { schema: page },
            'text/event-stream': { schema: { type: 'string' } },
          },
        },
        '400': { description: 'Not understood' },
        '401': { description: 'Not signed in, or the token has expired' },
        '403': { description: 'This account may not follow changes of all the types named' },
        '429': { description: 'Too many streams are open: close one first' },
      },
    },
  },
  '/bulk/{job}': {
    get: {
      summary: 'How far an export or import is; its manifest when it is done (Bulk Data Access)',
      tags: ['Bulk data'],
      parameters: [bulkJob],
      responses: {
        '200': { description: 'The manifest', content: { 'application/json': { schema: { type: 'object' } } } },
        '202': { description: 'Under way: X-Progress says how far, Retry-After when to ask again' },
        '403': { description: 'Its asker lost the right to it before it was finished' },
        '404': { description: 'No such job of this account' },
        '500': { description: 'It failed: an OperationOutcome says why' },
      },
    },
    delete: {
      summary: 'Cancel it, or remove its files',
      tags: ['Bulk data'],
      parameters: [bulkJob],
      responses: { '202': { description: 'Done' }, '404': { description: 'No such job of this account' } },
    },
  },
  '/bulk/{job}/{attempt}/{file}': {
    get: {
      summary: 'A file of an export; each time it is fetched leaves a row in the audit trail',
      tags: ['Bulk data'],
      parameters: [bulkJob, path('attempt', 'As the manifest names it'), path('file', 'As the manifest names it')],
      responses: {
        '200': { description: 'Resources, one a line', content: { 'application/fhir+ndjson': { schema: { type: 'string' } } } },
        '403': { description: 'This account may not export any more' },
        '404': { description: 'No such file of this account' },
      },
    },
  },
  '/bulk/lines': {
    post: {
      summary: 'Take lines of NDJSON into the record, each by itself',
      tags: ['Bulk data'],
      parameters: [
        query('keepVersions', 'true: with the versions and times that they had elsewhere (administrators)'),
        query('first', 'Number of the first line, for the answer', { type: 'integer', minimum: 1 }),
      ],
      requestBody: { required: true, content: { 'application/fhir+ndjson': { schema: { type: 'string' } } } },
      responses: {
        '200': {
          description: 'What became of each line',
          content: { 'application/json': { schema: { type: 'array', items: { type: 'object' } } } },
        },
        '400': { description: 'Not understood' },
        '413': { description: 'Too many lines' },
      },
    },
  },
  '/subscriptions/websocket': {
    get: {
      summary: 'Notifications of Subscriptions by websocket: connect, say "bind-with-token" and a token of $get-ws-binding-token',
      tags: ['Subscriptions'],
      security: [],
      responses: {
        '101': { description: 'Connected; who binds nothing is let go after ten seconds' },
        '426': { description: 'This is the address of a websocket' },
        '503': { description: 'There are as many connections as there may be' },
      },
    },
  },
  '/audit': {
    get: {
      summary: 'The audit trail, newest first: who did what to whose record',
      tags: ['Access'],
      parameters: Object.entries(trailParameters).map(([name, { says }]) => query(name, says)),
      responses: {
        '200': {
          description: 'A page of rows; "next" is the cursor of the following one',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: { rows: { type: 'array', items: { type: 'object' } }, next: { type: 'string' } },
              },
            },
          },
        },
        '400': { description: 'Not understood' },
        '401': { description: 'Not signed in, or the token has expired' },
        '403': { description: 'Only records officers and administrators read it' },
      },
    },
  },
  ...exchangePaths,
  ...accountPaths,
  ...administrationPaths,
  ...analyticsPaths,
  ...viewDefinitionPaths,
  ...medicationPaths,
  ...questionPaths,
  ...populationPaths,
  ...reportPaths,
  ...surveillancePaths,
  ...forecastPaths,
  ...outcomePaths,
  ...cdsHooksPaths,
  '/healthz': { get: { summary: 'The process lives', tags: ['Operation'], security: [], responses: { '200': { description: 'Alive' } } } },
  '/readyz': {
    get: {
      summary: 'It can serve',
      tags: ['Operation'],
      security: [],
      responses: { '200': { description: 'Ready' }, '503': { description: 'Not yet, or the database is away' } },
    },
  },
  '/metrics': {
    get: { summary: 'Metrics for Prometheus', tags: ['Operation'], security: [], responses: { '200': { description: 'Text format' } } },
  },
  '/openapi.json': {
    get: { summary: 'This description', tags: ['Operation'], security: [], responses: { '200': { description: 'OpenAPI 3.1' } } },
  },
  '/': { get: { summary: 'Welcome', tags: ['Operation'], security: [], responses: { '200': { description: 'A page' } } } },
  '/docs': {
    get: { summary: 'This description as a page', tags: ['Operation'], security: [], responses: { '200': { description: 'A page' } } },
  },
};

let made: string | undefined;

export function openApi(): string {
  made ??= JSON.stringify({
    openapi: '3.1.0',
    info: {
      title: 'Lamplight',
      version,
      description: 'FHIR R4 and what belongs to it. Errors are OperationOutcome below /fhir and RFC 9457 elsewhere.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: openApiPaths,
  });
  return made;
}
