// The routes of the tables for the description of the API (OpenAPI).
import { details } from '../../warehouse/contract.ts';
import { fileRowsMax, rowsMax, sqlLengthMax, timeSecondsMax } from './query-wish.ts';

const tags = ['Analytics'];
const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: { type: 'object' } } } });
const refused = {
  '401': problem('Not signed in, or the token has expired'),
  '403': problem('This role may not take rows out of the record'),
};
const id = { name: 'id', in: 'path', required: true, description: 'As the query was given it', schema: { type: 'string' } } as const;

const wish = {
  type: 'object',
  required: ['sql'],
  additionalProperties: false,
  properties: {
    sql: { type: 'string', maxLength: sqlLengthMax, description: 'One SELECT in the SQL of DuckDB over the tables of /analytics/tables' },
    parameters: { type: 'object', description: 'Values of $name in the query', additionalProperties: true },
    detail: { type: 'string', enum: details, default: 'de-identified', description: 'How much of a person the answer shows' },
    limit: { type: 'integer', minimum: 1, maximum: fileRowsMax, description: `Most rows; as JSON at most ${rowsMax}` },
    timeSeconds: { type: 'integer', minimum: 1, maximum: timeSecondsMax },
    id: { type: 'string', pattern: '^[\\w-]{1,64}$', description: 'By which it can be cancelled' },
  },
};

const answer = {
  type: 'object',
  properties: {
    columns: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, type: { type: 'string' } } } },
    rows: { type: 'array', items: { type: 'array' } },
    cut: { type: 'boolean', description: 'There were more rows than the limit' },
    position: { type: 'string', description: 'Of the feed: every change up to here is told' },
    asOf: { type: 'string', format: 'date-time' },
    milliseconds: { type: 'integer' },
    detail: { type: 'string', enum: details },
  },
};

export const analyticsPaths = {
  '/analytics/tables': {
    get: {
      summary: 'The tables and their columns in words, and how fresh they are',
      tags,
      responses: {
        '200': {
          description: '"tables", "freshness", and "sqlPort" where they are asked by PostgreSQL’s protocol too',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        ...refused,
      },
    },
  },
  '/analytics/query': {
    post: {
      summary: 'Asks the tables in SQL',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: wish } } },
      responses: {
        '200': {
          description: `The rows; as CSV, Parquet or NDJSON all of them, up to ${fileRowsMax.toLocaleString('en')}`,
          content: {
            'application/json': { schema: answer },
            'text/csv': { schema: { type: 'string' } },
            'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } },
            'application/x-ndjson': { schema: { type: 'string' } },
          },
        },
        '400': problem('Not understood: a mistake in the SQL with "line" and "column" where it is known'),
        '404': problem('There is no such table'),
        '406': problem('None of the forms that there are'),
        '409': problem('Cancelled, or another query of yours with this id runs'),
        '413': problem('It would take too much time or memory, or the answer is too large'),
        '503': problem('Too many queries run, the tables are not made yet, or the query was lost: try again'),
        ...refused,
      },
    },
  },
  '/analytics/query/{id}': {
    delete: {
      summary: 'Cancels a query of your own',
      tags,
      parameters: [id],
      responses: {
        '200': { description: 'It is being stopped', content: { 'application/json': { schema: { type: 'object' } } } },
        '404': problem('No query of yours with this id runs'),
        ...refused,
      },
    },
  },
};
