// The route of the feed for the description of the API (OpenAPI); its parameters by the table that reads them.
import { resourceTypes } from '../../fhir/generated/types.ts';
import { header, type Paths, query } from '../http/described.ts';
import { feedParameters } from './wish.ts';

const position = { type: 'string', pattern: '^\\d{1,18}$' };
/** A page of the feed. */
const page = {
  type: 'object',
  required: ['changes', 'next'],
  properties: {
    changes: {
      type: 'array',
      items: {
        type: 'object',
        required: ['position', 'at', 'operation', 'type', 'id', 'version'],
        properties: {
          position,
          at: { type: 'string', format: 'date-time' },
          operation: { type: 'string', enum: ['create', 'update', 'delete'] },
          type: { type: 'string', enum: resourceTypes },
          id: { type: 'string' },
          version: { type: 'integer', minimum: 1 },
          patient: { type: 'string', description: 'Id of the Patient whom it concerns, where that is one and only one' },
        },
      },
    },
    next: position,
  },
};

export const feedPaths: Paths = {
  '/feed': {
    get: {
      summary: 'What changed, in order: a page, or a stream of server-sent events',
      description:
        'With Accept: application/json one page, whose "next" is the "after" of the following one (equal to what was asked for: nothing is left). Otherwise a stream that goes on: events "change", each with its position as id, and "end" with the reason. It tells what changed, not what it says: that is read from the FHIR API.',
      tags: ['Feed'],
      parameters: [
        ...Object.entries(feedParameters).map(([name, { says, schema, example }]) => ({ ...query(name, says, schema), example })),
        header('Accept', 'application/json for a page, text/event-stream (or nothing) for the stream'),
        header('Last-Event-ID', 'Of a stream that comes back: the position of the last event that it got, in place of "after"'),
      ],
      responses: {
        '200': {
          description: 'The changes that this account may see, oldest first',
          content: {
            'application/json': { schema: page },
            'text/event-stream': { schema: { type: 'string' } },
          },
        },
        '400': { description: 'Not understood' },
        '401': { description: 'Not signed in, or the token has expired' },
        '403': { description: 'This account may not follow changes of all the types named' },
        '429': { description: 'Too many streams are open: close one first' },
      },
    },
  },
};
