// The routes of exchange for the description of the API (OpenAPI).

const id = { name: 'id', in: 'path', required: true, description: 'Id of a message', schema: { type: 'string', format: 'uuid' } } as const;
const name = { name: 'name', in: 'path', required: true, description: 'Name of a channel', schema: { type: 'string' } } as const;
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

/** What a message is made of, and how it is headed. */
export const produceParameters: Readonly<Record<string, string>> = {
  format: 'hl7v2, x12 or ccda',
  kind: 'Such as ADT^A01, 837P or CCD',
  resource: 'What stands in the record, as Type/id; without it send a Bundle',
  sender: 'APPLICATION/FACILITY of HL7 v2, QUALIFIER/ID of X12, of a document the name of who keeps it',
  receiver: 'The same of who is to get it',
  'character-set': 'MSH-18 of HL7 v2, such as 8859/1',
  start: 'Of a document: care from this date',
  end: 'Of a document: care up to this date',
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
      parameters: [id, query('of', 'message, which is usual, or batch: the whole of what it came in')],
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
  '/exchange/source': {
    get: {
      summary: 'Where a resource comes from: messages that made or changed it, each with the leaves that it says',
      tags,
      parameters: [{ ...query('resource', 'Of the record, as Type/id; whoever may read it may ask'), required: true }],
      responses: {
        '200': json('"sources", newest first: message, channel, sender, kind, and "leaves" with path, text and elements'),
        '400': { description: 'Not understood' },
        '401': refused['401'],
        '403': { description: 'Resources of this type are not for this role' },
        '404': { description: 'There is no such resource for you' },
      },
    },
  },
  '/exchange/messages/{id}/again': {
    post: { summary: 'Does it again from the stored bytes', tags, parameters: [id], responses: { '200': json('How many'), ...refused } },
  },
  '/exchange/messages/{id}/drop': {
    post: {
      summary: 'Leaves it out; the message is kept',
      tags,
      parameters: [id, query('why', 'Why, for whoever looks at it later')],
      responses: { '200': json('Its state'), ...noSuch, ...refused },
    },
  },
  '/exchange/messages/{id}/try': {
    get: {
      summary: 'What it would do by the configuration of now: resources before and after, ledger; nothing is written',
      tags,
      parameters: [id],
      responses: { '200': json('The changes'), ...noSuch, ...refused },
    },
  },
  '/exchange/again': {
    post: {
      summary: 'Does again what the address finds: all that failed of a channel, a day of a sender',
      tags,
      parameters: Object.entries(messageParameters).map(([name, says]) => query(name, says)),
      responses: { '200': json('How many'), '400': { description: 'Not understood' }, ...refused },
    },
  },
  '/exchange/channels': {
    get: { summary: 'Channels: state, rate, lag, why the oldest waits', tags, responses: { '200': json('"channels"'), ...refused } },
  },
  '/exchange/channels/{name}/pause': {
    post: { summary: 'Messages are kept and wait', tags, parameters: [name], responses: { '200': json('Its state'), ...refused } },
  },
  '/exchange/channels/{name}/resume': {
    post: { summary: 'What waits is done', tags, parameters: [name], responses: { '200': json('Its state'), ...refused } },
  },
  '/exchange/channels/reload': {
    post: {
      summary:
        'Reads the files of the channels again and works by them, in this process, without a message being lost; what is wrong in one changes nothing',
      tags,
      parameters: [query('dry-run', 'true: only says what would be otherwise')],
      responses: {
        '200': json(
          '"changes": channels that were added, changed (each place with "before" and "after" as JSON) or removed, with the messages that wait in each; "ends": what begins and ends to listen or watch; of a dry run "problems", where a file is wrong',
        ),
        '400': { description: 'A file is wrong: file, line, place and what to write there; "also" has the others that are' },
        '404': { description: 'LAMPLIGHT_CHANNELS names no folder' },
        ...refused,
      },
    },
  },
  '/exchange/prune': {
    post: {
      summary: 'Gives up old messages that are done: originals, ledgers and results; never what waits',
      tags,
      parameters: [
        query('channel', 'Of this channel only'),
        query('days', 'Older than this, instead of what channels and settings say'),
        query('failed', 'true: failed ones too, with days'),
        query('dry-run', 'true: counts only'),
      ],
      responses: {
        '200': json('"pruned": messages and bytes of each channel'),
        '400': { description: 'Not understood' },
        '404': { description: 'There is no such channel' },
        ...refused,
      },
    },
  },
  '/exchange/unmapped': {
    get: {
      summary: 'What messages of a sender usually say that has no home in FHIR',
      tags,
      parameters: [query('sender', 'As in ADT/NORTH'), query('kind', 'Such as ADT^A01')],
      responses: { '200': json('"leaves" with how many messages said them'), ...refused },
    },
  },
  '/exchange/convert': {
    post: {
      summary: 'The FHIR that a message says, without storing anything',
      tags,
      parameters: [query('format', 'hl7v2, ccda, x12 or devices'), query('channel', 'Read it as this channel does')],
      requestBody: bytes('The message', [
        'x-application/hl7-v2+er7',
        'application/xml',
        'application/edi-x12',
        'application/vnd.lamplight.devices+json',
      ]),
      responses: {
        '200': { description: 'A Bundle', content: { 'application/fhir+json': { schema: { type: 'object' } } } },
        '400': { description: 'Not readable as this format' },
        ...refused,
      },
    },
  },
  '/exchange/produce': Object.fromEntries(
    (['get', 'post'] as const).map((method) => [
      method,
      {
        summary:
          method === 'get'
            ? 'The message or document that says what stands in the record, as the caller may see it; stores nothing'
            : 'The same, also of the resources of a Bundle that is sent',
        tags,
        parameters: Object.entries(produceParameters).map(([name, says]) => query(name, says)),
        ...(method === 'get'
          ? {}
          : {
              requestBody: {
                required: false,
                description: 'A Bundle, where no resource of the record is named',
                content: { 'application/fhir+json': { schema: { type: 'object' } } },
              },
            }),
        responses: {
          '200': {
            description:
              'The bytes; with Accept: application/json an object with "message" and "unsaid" (what the message does not say, by element), with Accept: application/fhir+json a Binary',
            content: Object.fromEntries(
              ['x-application/hl7-v2+er7', 'application/edi-x12', 'application/xml'].map((type) => [
                type,
                { schema: { type: 'string', format: 'binary' } },
              ]),
            ),
          },
          '400': { description: 'Not understood, or the kind says something that was not given' },
          '401': refused['401'],
          '403': { description: 'The caller may not read this resource' },
          '404': { description: 'There is no such resource' },
          '413': { description: 'More than one message or document may hold' },
          '415': { description: 'A format or kind that is not written' },
        },
      },
    ]),
  ),
  '/exchange/preview': {
    post: {
      summary:
        'The first rows of a CSV file as the columns of a channel read them: cells, elements, resources, what is wrong; nothing is stored',
      tags,
      parameters: [query('channel', 'The channel whose columns it follows'), query('rows', 'How many rows, 10 without it')],
      requestBody: bytes('The file', ['text/csv']),
      responses: {
        '200': json('"columns", "rows", "problems", "more"'),
        '404': { description: 'There is no such channel with columns' },
        ...refused,
      },
    },
  },
  '/exchange/receive': {
    post: {
      summary: 'Stores a message as if it had arrived by its channel, or puts it into the queue of an outbound one',
      tags,
      parameters: [
        query('channel', 'Name of the channel, where it is not the one of the format; an outbound one sends the message'),
        query('again', 'true: rows of CSV that were received before, from the same lines of a file, are done again'),
      ],
      requestBody: bytes('The message; its content type says what it is', [
        'x-application/hl7-v2+er7',
        'application/xml',
        'application/edi-x12',
        'application/vnd.lamplight.devices+json',
        'application/vnd.omh+json',
        'text/csv',
      ]),
      responses: {
        '200': {
          description: 'Kept: the acknowledgement (HL7 v2), a 999 or TA1 (X12), or an OperationOutcome; Location names the message',
        },
        '404': { description: 'There is no such channel' },
        '415': { description: 'A content type that is no format' },
        ...refused,
      },
    },
  },
};
