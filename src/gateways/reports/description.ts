// The routes of reports for the description of the API (OpenAPI).

const tags = ['Analytics'];
const name = { name: 'name', in: 'path', required: true, description: 'Name of the file', schema: { type: 'string' } } as const;
const path = (of: string) =>
  ({ name: of, in: 'path', required: true, description: 'As the report lists it', schema: { type: 'string' } }) as const;
const version = { name: 'version', in: 'query', required: true, description: 'Of what was read', schema: { type: 'string' } } as const;
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const pdf = (description: string) => ({ description, content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } } });
const refused = { '401': { description: 'Not signed in' }, '403': { description: 'The role may not' } };
const missing = { '404': { description: 'There is none of that name' } };
const mistaken = { '422': { description: 'The text or a parameter has a mistake; it says which' } };
const changed = { '409': { description: 'It was changed meanwhile' } };
const onDemand = (of: string) => ({
  get: {
    summary: `A ${of} as PDF, asked now with the rights of the caller; parameters of its questions in the address (?since=-30d)`,
    tags,
    parameters: [name],
    responses: {
      '200': pdf('Charts as vectors, tables over pages'),
      '503': { description: 'The tables are not made yet' },
      ...mistaken,
      ...missing,
      ...refused,
    },
  },
});

export const reportPaths = {
  '/analytics/dashboards/{name}/pdf': onDemand('dashboard'),
  '/analytics/questions/{name}/pdf': onDemand('question'),
  '/analytics/reports': {
    get: {
      summary: 'The reports that there are, when each is due next, and what became of it last',
      tags,
      responses: { '200': json('"reports"'), ...refused },
    },
  },
  '/analytics/reports/{name}': {
    get: {
      summary: 'A report with its text, its runs and their files',
      tags,
      parameters: [name],
      responses: { '200': json('The report; "mail" of each run: who was told by e-mail, and what became of that'), ...missing, ...refused },
    },
    put: {
      summary: 'Keeps a report: from now on it runs with the rights of the caller',
      tags,
      parameters: [name],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['text'],
              properties: { text: { type: 'string' }, version: { type: 'string', description: 'Of what was read; absent: a new one' } },
            },
          },
        },
      },
      responses: { '200': json('As it is kept'), '201': json('As it is kept'), ...changed, ...mistaken, ...refused },
    },
    delete: {
      summary: 'Takes a report of the site away, with its files',
      tags,
      parameters: [name, version],
      responses: { '204': { description: 'Gone' }, ...changed, ...missing, ...refused },
    },
  },
  '/analytics/reports/{name}/run': {
    post: {
      summary: 'Makes a report now, as a job, with the rights of the caller',
      tags,
      parameters: [name],
      responses: { '202': json('The run'), '409': { description: 'It is being made' }, ...mistaken, ...missing, ...refused },
    },
  },
  '/analytics/reports/{name}/runs/{run}/mail': {
    post: {
      summary: 'Sends the message of a run again, to an address of which it failed or is not known to have been sent',
      tags,
      parameters: [name, path('run')],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', required: ['address'], additionalProperties: false, properties: { address: { type: 'string' } } },
          },
        },
      },
      responses: { '202': json('It waits'), ...mistaken, ...missing, ...refused },
    },
  },
  '/analytics/reports/{name}/runs/{run}/{file}': {
    get: {
      summary: 'A file of a run, for those who may search (counts) or export (rows) the whole site',
      tags,
      parameters: [name, path('run'), path('file')],
      responses: { '200': pdf('The file, or text/csv'), ...missing, ...refused },
    },
  },
};
