// The routes of operation for the description of the API (OpenAPI).
import type { Paths } from '../http/described.ts';

export const operationPaths: Paths = {
  '/healthz': { get: { summary: 'The process lives', tags: ['Operation'], security: [], responses: { '200': { description: 'Alive' } } } },
  '/readyz': {
    get: {
      summary: 'It can serve',
      tags: ['Operation'],
      security: [],
      responses: { '200': { description: 'Ready' }, '503': { description: 'Not yet, or the database is away' } },
    },
  },
  '/metrics': {
    get: { summary: 'Metrics for Prometheus', tags: ['Operation'], security: [], responses: { '200': { description: 'Text format' } } },
  },
  '/openapi.json': {
    get: { summary: 'This description', tags: ['Operation'], security: [], responses: { '200': { description: 'OpenAPI 3.1' } } },
  },
  '/': { get: { summary: 'Welcome', tags: ['Operation'], security: [], responses: { '200': { description: 'A page' } } } },
  '/docs': {
    get: { summary: 'This description as a page', tags: ['Operation'], security: [], responses: { '200': { description: 'A page' } } },
  },
};
