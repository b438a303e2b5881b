// The routes of Bulk Data beside its FHIR operations, for the description of the API (OpenAPI).
import { type Paths, path, query } from '../http/described.ts';

const bulkJob = path('job', 'As Content-Location named it', { type: 'string', format: 'uuid' });

export const bulkPaths: Paths = {
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
};
