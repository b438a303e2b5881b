// The routes of administration for the description of the API (OpenAPI).

const tags = ['Administration'];
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const refused = {
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'Only administrators of the whole site' },
};
const id = { name: 'id', in: 'path', required: true, description: 'Id of a job', schema: { type: 'string', format: 'uuid' } } as const;
const query = (name: string, description: string) =>
  ({ name, in: 'query', required: true, description, schema: { type: 'string' } }) as const;

export const administrationPaths = {
  '/settings': {
    get: {
      summary: 'Settings as they hold, described; of a secret only that it is set',
      tags,
      responses: { '200': json('"settings"'), ...refused },
    },
  },
  '/jobs': {
    get: {
      summary: 'Long work: exports, imports, reindexing; how far it is',
      tags,
      responses: { '200': json('"jobs", newest first'), ...refused },
    },
  },
  '/jobs/{id}/cancel': {
    post: {
      summary: 'Stops a job that waits or runs',
      tags,
      parameters: [id],
      responses: { '200': json('Its state'), '404': { description: 'There is no such job, or it has ended' }, ...refused },
    },
  },
  '/terminology': {
    get: { summary: 'Releases of code systems: what is loaded, what answers', tags, responses: { '200': json('"releases"'), ...refused } },
  },
  '/terminology/use': {
    post: {
      summary: 'Makes a version the one that answers where none is named',
      tags,
      parameters: [query('system', 'Such as http://loinc.org'), query('version', 'Such as 2.81')],
      responses: {
        '200': json('The release'),
        '400': { description: 'Not understood' },
        '404': { description: 'This version is not loaded' },
        ...refused,
      },
    },
  },
  '/backups': {
    get: {
      summary: 'The last backup that was made from this data folder; each is in the audit trail too',
      tags,
      responses: { '200': json('"last": when, where, verified; nothing where there was none'), ...refused },
    },
  },
  '/questionnaires': {
    get: {
      summary: 'Questionnaires of knowledge, of the program and of the site: what may be loaded into the record',
      tags,
      responses: { '200': json('"questionnaires", as FHIR resources'), ...refused },
    },
  },
};
