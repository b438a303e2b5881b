// The routes of questions and dashboards for the description of the API (OpenAPI).

const tags = ['Analytics'];
const name = { name: 'name', in: 'path', required: true, description: 'Name of the file', schema: { type: 'string' } } as const;
const version = { name: 'version', in: 'query', required: true, description: 'Of what was read', schema: { type: 'string' } } as const;
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const body = (required: readonly string[], properties: Readonly<Record<string, object>>) => ({
  required: required.length > 0,
  content: { 'application/json': { schema: { type: 'object', required, properties } } },
});
const refused = { '401': { description: 'Not signed in' }, '403': { description: 'The role may not' } };
const missing = { '404': { description: 'There is none of that name' } };

const shelf = (of: string, one: string) => ({
  [`/analytics/${of}`]: {
    get: {
      summary: `The ${of} that there are; a file with a mistake is listed with it`,
      tags,
      responses: { '200': json(`"${of}"`), ...refused },
    },
  },
  [`/analytics/${of}/{name}`]: {
    get: { summary: `A ${one} with its text`, tags, parameters: [name], responses: { '200': json(`The ${one}`), ...missing, ...refused } },
    put: {
      summary: `Keeps a ${one} for everybody, in the folder of the site`,
      tags,
      parameters: [name],
      requestBody: body(['text'], {
        text: { type: 'string' },
        version: { type: 'string', description: 'Of what was read; absent: a new one' },
      }),
      responses: {
        '200': json('As it is kept'),
        '201': json('As it is kept'),
        '409': { description: 'It was changed meanwhile' },
        '422': { description: 'The text has a mistake; it says which' },
        ...refused,
      },
    },
    delete: {
      summary: `Takes a ${one} of the site away`,
      tags,
      parameters: [name, version],
      responses: {
        '204': { description: 'Gone' },
        '409': { description: 'It was changed meanwhile, or comes with the program' },
        ...missing,
        ...refused,
      },
    },
  },
});

export const questionPaths = {
  ...shelf('questions', 'question'),
  ...shelf('dashboards', 'dashboard'),
  '/analytics/questions/{name}/try': {
    post: {
      summary: 'Asks a text as it stands, before it is kept, with the rights of the caller',
      tags,
      parameters: [name],
      requestBody: body(['text'], { text: { type: 'string' }, parameters: { type: 'object' } }),
      responses: { '200': json('As of run'), '422': { description: 'The text has a mistake; it says which' }, ...refused },
    },
  },
  '/analytics/questions/{name}/run': {
    post: {
      summary: 'Asks a question',
      tags,
      parameters: [name],
      requestBody: body([], { parameters: { type: 'object', description: 'Values by name; otherwise what is usual' } }),
      responses: {
        '200': json('"columns", "rows", whether there are more, the parameters, and up to where the tables tell'),
        '422': { description: 'A parameter or the question has a mistake, or it takes too long' },
        '503': { description: 'The tables are not made yet, or too much is asked at once' },
        ...missing,
        ...refused,
      },
    },
  },
};
