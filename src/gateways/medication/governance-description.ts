// The routes of the governance of rules for the description of the API (OpenAPI).
const tags = ['Medication'];
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const body = { required: true, content: { 'application/json': { schema: { type: 'object' } } } };
const refused = {
  '400': { description: 'Not understood' },
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'Not for this role' },
};
const notFound = { '404': { description: 'There is none' } };
const inQuery = (name: string, required: boolean, description: string) =>
  ({ name, in: 'query', required, description, schema: { type: 'string' } }) as const;
const id = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'As it was answered when it was asked for',
  schema: { type: 'string' },
} as const;
const since = inQuery('since', false, 'A date; 90 days ago without it');

export const governancePaths = {
  '/medication/rules': {
    get: {
      summary:
        'How each rule does, in decisions: fired, interrupted, overridden, acted on, precision, with intervals; burden by week and role',
      description:
        'Rates are of orders that were signed; checks while typing are in none. "proposals" are what overrides suggest, "guarded" why nothing is suggested.',
      tags,
      parameters: [since],
      responses: { '200': json('"orders", "rules", "burden", "local", "proposals", "guarded"'), ...refused },
    },
  },
  '/medication/rule': {
    get: {
      summary: 'One rule: its row with source, version and reviewer, its weeks, what the site has changed',
      tags,
      parameters: [inQuery('file', true, 'As its cards name it'), inQuery('rule', true, 'As its cards name it'), since],
      responses: { '200': json('"row", "origin", "versions", "weeks", "changes", "proposals"'), ...refused, ...notFound },
    },
  },
  '/medication/changes': {
    get: {
      summary: 'Changes of rules by this site: who, when, why, on what evidence, signed by whom',
      tags,
      responses: { '200': json('"changes", newest first'), ...refused },
    },
    post: {
      summary: 'Asks for a change of a rule: shadow, retired, active, at-most or at-least a tier',
      description:
        '"file", "rule", "what", "tier", "why", "replay" (the evidence). What makes a rule that interrupts quieter waits for a signature of somebody else, of the fifteen high-priority classes for two; the rest is in force at once, in every process.',
      tags,
      requestBody: body,
      responses: {
        '201': json('"change", "state", "signaturesNeeded"'),
        ...refused,
        ...notFound,
        '409': { description: 'The replay has not ended' },
      },
    },
  },
  '/medication/changes/{id}/sign': {
    post: {
      summary: 'Signs a change that waits, or refuses it: by somebody else than who asked for it',
      tags,
      parameters: [id],
      requestBody: body,
      responses: {
        '200': json('"state"'),
        ...refused,
        ...notFound,
        '409': { description: 'It waits for no signature, or you have signed' },
      },
    },
  },
  '/medication/changes/{id}/revoke': {
    post: {
      summary: 'Takes a change back: the rule is as its file has it again, at once',
      tags,
      parameters: [id],
      requestBody: body,
      responses: { '200': json('"state"'), ...refused, ...notFound, '409': { description: 'It has ended' } },
    },
  },
  '/medication/proposals': {
    post: {
      summary: 'Accepts a proposal, which then waits for signatures, or rejects it; with a reason',
      tags,
      parameters: [since],
      requestBody: body,
      responses: { '200': json('"answer", "change"'), ...refused, ...notFound },
    },
  },
  '/medication/replay': {
    post: {
      summary: 'Runs past orders against the knowledge as it is and as it would be',
      description:
        '"since", "until", "changes": [{"file", "rule", "what", "tier"}] or "file" (a knowledge file), "sample", "seed". A job: GET the answer. Reads charts as the asker.',
      tags,
      requestBody: body,
      responses: { '202': json('"replay", its id'), ...refused, ...notFound },
    },
  },
  '/medication/replay/{id}': {
    get: {
      summary: 'How far a replay is, then its answer: per rule new, gone, raised, lowered; interruptions before and after; a sample',
      tags,
      parameters: [id],
      responses: {
        '200': json('"state", "progress", then the numbers, "sample" (orders that you may read), "notKnown"'),
        ...refused,
        ...notFound,
      },
    },
  },
  '/medication/replay/{id}/cancel': {
    post: {
      summary: 'Ends a replay',
      tags,
      parameters: [id],
      responses: { '200': json('"state"'), ...refused, ...notFound, '409': { description: 'It has ended already' } },
    },
  },
};
