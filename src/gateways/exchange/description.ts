// The routes of exchange for the description of the API (OpenAPI).

const id = { name: 'id', in: 'path', required: true, description: 'Id of a message', schema: { type: 'string', format: 'uuid' } } as const;
const query = (name: string, description: string) =>
  ({ name, in: 'query', required: false, description, schema: { type: 'string' } }) as const;
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const refused = {
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'Only records officers and administrators read messages; only administrators decide about them' },
};
const noSuch = { '404': { description: 'There is no such message' } };
const bytes = (description: string, types: readonly string[]) => ({
  required: true,
  description,
  content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
});
const tags = ['Exchange'];

/** What a message is found by. */
export const messageParameters: Readonly<Record<string, string>> = {
  channel: 'Name of its channel',
  state: 'waiting, done, failed or dropped',
  'control-id': 'MSH-10, ISA13, or the id of the document',
  key: 'A business key in it: record number, visit, order, accession, claim',
  kind: 'Such as ADT^A01 or 837P',
  sender: 'Sending application and facility, as in ADT/NORTH',
  direction: 'in or out',
  resource: 'What it made or changed, as Type/id',
  since: 'Received at or after this instant',
  until: 'Received before this instant',
  count: 'Most messages of a page, at most 1000; 50 without it',
  cursor: 'next of the page before',
};

export const exchangePaths = {
  '/exchange/messages': {
    get: {
      summary: 'Messages of other systems, newest first',
      tags,
      parameters: Object.entries(messageParameters).map(([name, says]) => query(name, says)),
      responses: { '200': json('A page; "next" is the cursor of the following one'), '400': { description: 'Not understood' }, ...refused },
    },
  },
  '/exchange/messages/{id}': {
    get: {
      summary: 'One message: state, why it waits, original, resources',
      tags,
      parameters: [id],
      responses: { '200': json('The message'), ...noSuch, ...refused },
    },
  },
  '/exchange/messages/{id}/original': {
    get: {
      summary: 'The bytes as they were received',
      tags,
      parameters: [id],
      responses: {
        '200': { description: 'The bytes', content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
        ...noSuch,
        ...refused,
      },
    },
  },
  '/exchange/messages/{id}/ledger': {
    get: {
      summary: 'What became of every leaf: mapped to which element, kept, or structural',
      tags,
      parameters: [id],
      responses: { '200': json('"rows": one for each populated leaf, with path, text, state and elements'), ...noSuch, ...refused },
    },
  },
  '/exchange/convert': {
    post: {
      summary: 'The FHIR that a message says, without storing anything',
      tags,
      parameters: [query('format', 'hl7v2, ccda or x12'), query('channel', 'Read it as this channel does')],
      requestBody: bytes('The message', ['x-application/hl7-v2+er7', 'application/xml', 'application/edi-x12']),
      responses: {
        '200': { description: 'A Bundle', content: { 'application/fhir+json': { schema: { type: 'object' } } } },
        '400': { description: 'Not readable as this format' },
        ...refused,
      },
    },
  },
  '/exchange/receive': {
    post: {
      summary: 'Stores a message as if it had arrived by its channel',
      tags,
      parameters: [],
      requestBody: bytes('The message; its content type says what it is', [
        'x-application/hl7-v2+er7',
        'application/xml',
        'application/edi-x12',
      ]),
      responses: {
        '200': { description: 'Kept: the acknowledgement (HL7 v2), a 999 (X12) or an OperationOutcome; Location names the message' },
        '415': { description: 'A content type that is no format' },
        ...refused,
      },
    },
  },
};
