// The routes of CDS Hooks for the description of the API (OpenAPI).
const tags = ['CDS Hooks'];
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const body = { required: true, content: { 'application/json': { schema: { type: 'object' } } } };
const id = { name: 'id', in: 'path', required: true, description: 'Such as lamplight-order-sign', schema: { type: 'string' } } as const;
const refused = {
  '400': { description: 'Not understood' },
  '401': { description: 'Not signed in, or the token has expired' },
  '404': { description: 'There is no such service' },
};

export const cdsHooksPaths = {
  '/cds-services': {
    get: {
      summary: 'Services of decision support (CDS Hooks 2.0, discovery)',
      tags,
      security: [],
      responses: { '200': json('"services"') },
    },
  },
  '/cds-services/{id}': {
    post: {
      summary: 'Asks a service: cards, critical and warning interrupt, info stands aside; what could not be checked is a card',
      tags,
      parameters: [id],
      requestBody: body,
      responses: { '200': json('"cards"'), ...refused },
    },
  },
  '/cds-services/{id}/feedback': {
    post: {
      summary: 'What was done with cards',
      tags,
      parameters: [id],
      requestBody: body,
      responses: { '200': json('How many were known'), ...refused },
    },
  },
};
