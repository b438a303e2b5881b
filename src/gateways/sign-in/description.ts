// The routes of signing in for the description of the API (OpenAPI).
import type { Paths } from '../http/described.ts';

export const signInPaths: Paths = {
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
};
