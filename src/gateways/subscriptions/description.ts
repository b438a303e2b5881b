// The websocket of Subscriptions for the description of the API (OpenAPI).
import type { Paths } from '../http/described.ts';

export const subscriptionPaths: Paths = {
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
};
