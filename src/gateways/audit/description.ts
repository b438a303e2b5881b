// The route of the audit trail for the description of the API (OpenAPI); its parameters by the table that reads them.
import { type Paths, query } from '../http/described.ts';
import { trailParameters } from './wish.ts';

export const auditPaths: Paths = {
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
};
