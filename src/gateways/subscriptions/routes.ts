// What plain HTTP is told at the address of the websocket.
import type { FastifyInstance } from 'fastify';
import { fail } from '../../fhir/result.ts';
import { refuse } from '../http/server.ts';
import { websocketPath } from './sockets.ts';

export function subscriptionRoutes(app: FastifyInstance): void {
  app.get(websocketPath, { config: { name: 'subscriptions-websocket', open: true } }, async (request, reply) =>
    refuse(
      request,
      reply.header('upgrade', 'websocket'),
      fail('unsupported', 'This is the address of a websocket: connect to it as one, then say bind-with-token and the token').problem,
      426,
    ),
  );
}
