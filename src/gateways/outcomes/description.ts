// The routes of outcomes for the description of the API (OpenAPI).

const tags = ['Outcomes'];
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const refused = {
  '400': { description: 'Not understood' },
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'This account may not ask what it rests on; rows of persons need the right to export' },
  '503': { description: 'The tables are not made yet, or busy' },
};
const inQuery = (name: string, description: string) =>
  ({ name, in: 'query', required: false, description, schema: { type: 'string' } }) as const;
const inPath = (name: string, description: string) =>
  ({ name, in: 'path', required: true, description, schema: { type: 'string' } }) as const;
const window = [
  inQuery('step', 'month (default) or week'),
  inQuery('periods', 'How many, 3 to 240'),
  inQuery('until', 'The last day, default today'),
];
const unknown = { '404': { description: 'There is no such indicator' } };
const name = inPath('name', 'Name of an indicator');

export const outcomePaths = {
  '/outcomes/indicators': {
    get: {
      summary: 'Indicators that there are, with version and reviewer',
      tags,
      responses: { '200': json('"indicators", "timeZone"'), ...refused },
    },
  },
  '/outcomes/indicators/{name}': {
    get: {
      summary: 'An indicator: definition, control chart with signs in words, wards, notes',
      tags,
      parameters: [
        name,
        ...window,
        inQuery('ward', 'Name of a ward; default all'),
        inQuery('baseline', 'As many first periods make the limits'),
      ],
      responses: { '200': json('"indicator", "chart", "wards", "notes", "position"'), ...refused, ...unknown },
    },
  },
  '/outcomes/indicators/{name}/funnel': {
    get: {
      summary: 'Wards beside each other in a funnel plot, with overdispersion',
      tags,
      parameters: [name, ...window, inQuery('overdispersion', 'additive (default), multiplicative or none')],
      responses: {
        '200': json('"units", "lines", "target", "phi", "notes"'),
        ...refused,
        ...unknown,
        '422': { description: 'Times have no funnel' },
      },
    },
  },
  '/outcomes/indicators/{name}/rows': {
    get: {
      summary: 'The rows behind a point; needs the right to export',
      tags,
      parameters: [
        name,
        inQuery('step', 'month or week'),
        inQuery('period', '2026-03, or the Monday of a week'),
        inQuery('ward', 'Name of a ward; default all'),
      ],
      responses: { '200': json('"rows" (500 at most), "cut"'), ...refused, ...unknown },
    },
  },
  '/outcomes/expected': {
    get: {
      summary: 'Observed by expected, from a model of the site’s own past: by ward and month, with a risk-adjusted CUSUM',
      tags,
      parameters: [
        inQuery('outcome', 'mortality (default), readmission or long-stay'),
        inQuery('since', 'First day of the past that makes the model'),
        inQuery('from', 'First day that is judged'),
        inQuery('until', 'Last day'),
      ],
      responses: { '200': json('"all", "wards", "months", "cusum", "model", "notes"'), ...refused },
    },
  },
  '/outcomes/signals': {
    get: {
      summary: 'Drugs or devices, and events that came after them more often than by chance. A signal is not a cause',
      tags,
      parameters: [inQuery('kind', 'drugs (default) or devices'), inQuery('since', 'First day'), inQuery('until', 'Last day')],
      responses: {
        '200': json('"pairs" with PRR, ROR, EBGM, IC; "says"; "leftOut": pairs of fewer than 5 stays, for who may not see rows'),
        ...refused,
      },
    },
  },
  '/outcomes/data-quality': {
    get: {
      summary: 'Checks of data quality: completeness, conformance, plausibility',
      tags,
      responses: { '200': json('"checks"'), ...refused },
    },
  },
  '/outcomes/data-quality/{check}/rows': {
    get: {
      summary: 'Rows that fail a check; needs the right to export',
      tags,
      parameters: [inPath('check', 'Id of a check')],
      responses: { '200': json('"rows" (500 at most), "cut"'), ...refused, '404': { description: 'There is no such check' } },
    },
  },
  '/outcomes/notes': {
    post: {
      summary: 'A note beside a chart: {"indicator", "ward", "day", "words", "phase"}; with "phase" limits start anew',
      tags,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object', required: ['indicator', 'day', 'words'] } } },
      },
      responses: { '201': json('"id"'), ...refused },
    },
  },
  '/outcomes/notes/{id}/end': {
    post: {
      summary: 'Takes a note away',
      tags,
      parameters: [inPath('id', 'Id of the note')],
      responses: { '200': json('"id"'), ...refused, '404': { description: 'There is no such note' } },
    },
  },
};
