// The routes of accounts for the description of the API (OpenAPI).
import { roles } from '../../policy/contract.ts';

const tags = ['Administration'];
const name = { name: 'name', in: 'path', required: true, description: 'Name of an account', schema: { type: 'string' } } as const;
const ids = { type: ['array', 'null'], items: { type: 'string' } };
const members = {
  name: { type: 'string' },
  password: { type: 'string', minLength: 12 },
  role: { enum: [...roles] },
  organisations: { ...ids, description: 'Ids of Organization; null or absent: the whole site' },
  patients: { ...ids, description: 'Ids of Patient; a patient needs one' },
  practitioner: { type: 'string', description: 'Practitioner/ID who this is' },
};
const body = (required: readonly string[], among: readonly (keyof typeof members)[]) => ({
  required: true,
  content: {
    'application/json': {
      schema: { type: 'object', required, properties: Object.fromEntries(among.map((one) => [one, members[one]])) },
    },
  },
});
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const refused = {
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'Only administrators of the whole site' },
};
const changed = {
  '200': json('The account, without its password'),
  '400': { description: 'Not understood, or a rule is broken; it says which' },
  '404': { description: 'There is no such account' },
  '409': { description: 'The last administrator stays one' },
  ...refused,
};

export const accountPaths = {
  '/accounts': {
    get: { summary: 'Accounts of people, by name', tags, responses: { '200': json('"accounts"'), ...refused } },
    post: {
      summary: 'Makes an account',
      tags,
      requestBody: body(['name', 'password', 'role'], ['name', 'password', 'role', 'organisations', 'patients', 'practitioner']),
      responses: {
        '201': json('The account, without its password'),
        '400': { description: 'Not understood, or a rule is broken; it says which' },
        '409': { description: 'The name is taken' },
        ...refused,
      },
    },
  },
  '/accounts/{name}/disable': {
    post: { summary: 'Nobody signs in by it any more; its sessions end', tags, parameters: [name], responses: changed },
  },
  '/accounts/{name}/enable': { post: { summary: 'Signing in is possible again', tags, parameters: [name], responses: changed } },
  '/accounts/{name}/password': {
    post: {
      summary: 'Another password; its sessions end',
      tags,
      parameters: [name],
      requestBody: body(['password'], ['password']),
      responses: changed,
    },
  },
  '/accounts/{name}/role': {
    post: {
      summary: 'Another role, or other bounds; felt within a second',
      tags,
      parameters: [name],
      requestBody: body(['role'], ['role', 'organisations', 'patients', 'practitioner']),
      responses: changed,
    },
  },
};
