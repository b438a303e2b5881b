// The routes of surveillance for the description of the API (OpenAPI).
const tags = ['Surveillance'];
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const refused = {
  '400': { description: 'Not understood' },
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'Not for this role' },
  '503': { description: 'The tables are not made yet' },
};
const inQuery = (name: string, required: boolean, description: string) =>
  ({ name, in: 'query', required, description, schema: { type: 'string' } }) as const;
const syndrome = inQuery('syndrome', true, 'A name, as /surveillance/syndromes lists them');
const days = [inQuery('from', false, 'First local day; 90 days without it'), inQuery('to', false, 'Last local day; today without it')];
const kind = inQuery('class', false, 'EMER (without it), IMP, AMB or all');
const method = inQuery('method', false, 'combined (without it), farrington-flexible, ears-c1, ears-c2, ears-c3 …');
const filters = [
  inQuery('area', false, 'A postal code'),
  inQuery('age', false, '0-4, 5-17, 18-44, 45-64, 65-74 or 75+'),
  inQuery('sex', false, 'As it is recorded: female, male, other, unknown'),
  inQuery('place', false, 'Name of a ward or department'),
];
const reportOf = [
  inQuery('condition', true, 'As the list of suspected cases names it'),
  inQuery('patient', true, 'Of the case'),
  inQuery('encounter', true, 'One of the visits of the case'),
];
const inReport = [...days, ...reportOf];
const noSuchCase = { description: 'There is no such case of this visit in these days' };
const of = inQuery('of', false, 'counts (without it), or visits: judged by the share of all visits');
const all = [syndrome, ...days, kind, method, of, ...filters];
const get = (summary: string, parameters: readonly ReturnType<typeof inQuery>[], says: string, description?: string) => ({
  get: {
    summary,
    ...(description === undefined ? {} : { description }),
    tags,
    parameters: [...parameters],
    responses: {
      '200': json(says),
      ...refused,
      ...(parameters.includes(syndrome) ? { '404': { description: 'There is no such syndrome' } } : {}),
    },
  },
});

export const surveillancePaths = {
  '/surveillance/syndromes': get(
    'Definitions: syndromes, notifiable conditions, areas, methods',
    [],
    '"syndromes", "notifiable", "areas", "methods"',
  ),
  '/surveillance/series': get(
    'One syndrome by local day, with all visits, bounds and alarms',
    all,
    '"days", "steps", "method", "instead", "values", "at", "position"',
    'Today is not complete and not judged. Numbers from 1 to 4 of an area or of people alike are null for whoever may not export rows.',
  ),
  '/surveillance/alerts': get(
    'Alerts of the last 28 days over all syndromes and their parts, the rarest first, with their notes',
    [days[1]!, kind, method, of],
    '"alerts", "series", "least", "method"',
  ),
  '/surveillance/boundaries': {
    get: {
      summary: 'Boundaries of the areas that LAMPLIGHT_BOUNDARIES names: GeoJSON (RFC 7946), without features where there are none',
      description:
        'For whoever may look at surveillance or at registries. The id of a feature, and "code" in its properties, is the area as counts and rates name it; "name" and "population" may be null.',
      tags,
      responses: {
        '200': {
          description: 'A FeatureCollection of Polygons and MultiPolygons in WGS 84',
          content: { 'application/geo+json': { schema: { type: 'object' } } },
        },
        '304': { description: 'The same as If-None-Match names' },
        '401': refused['401'],
        '403': refused['403'],
      },
    },
  },
  '/surveillance/areas': get(
    'One syndrome by postal area: observed, expected by share of visits for other reasons, rate standardised by age',
    all,
    '"rows", "cases", "visits", "madeUp"',
  ),
  '/surveillance/clusters': get(
    'Clusters in space and time: Kulldorff’s permutation scan over areas whose place is known',
    all,
    '"clusters", "repetitions", "elsewhere"',
  ),
  '/surveillance/nowcast': get(
    'What of the last days is still to be told; growth, doubling time and reproduction number',
    [
      ...all,
      inQuery('intervalMean', false, 'Serial interval in days, 2.6 (influenza) without it'),
      inQuery('intervalDeviation', false, 'Its deviation, 1.5'),
    ],
    '"days", "delay", "growth", "reproduction"',
  ),
  '/surveillance/linelist': get(
    'The persons behind a number, with the words and codes that they were counted by: 500 rows at most',
    all,
    '"rows", "more"',
    'Needs the right to export.',
  ),
  '/surveillance/suspected': get(
    'Suspected cases of notifiable conditions with their reasons, the most urgent first',
    days,
    '"cases", "more"',
    'Needs the right to export. Beside each case what was sent of it, what became of that, and what public health answered to its report ("answers").',
  ),
  '/surveillance/suspected/report': {
    get: {
      summary: 'The initial case report (eICR) of a suspected case and a visit as it would go out now',
      description:
        '"version", "changed" (since the last one), "lacks" (what public health asks for and the record does not say), "head", "sections", "document" (CDA). For who may send it.',
      tags,
      parameters: inReport,
      responses: { '200': json('Not sent'), ...refused, '404': noSuchCase },
    },
    post: {
      summary: 'Sends the initial case report (eICR R2 STU 3.1, CDA) of a suspected case and a visit by LAMPLIGHT_CASE_REPORT_CHANNEL',
      description: 'A later version where the record says more than the one before; the same is not sent twice.',
      tags,
      parameters: days,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object', required: ['condition', 'patient', 'encounter'] } } },
      },
      responses: {
        '200': json('"sent": in the queue of the channel, with what became of it so far'),
        ...refused,
        '404': noSuchCase,
        '409': { description: 'Sent already, and nothing has changed since' },
        '415': { description: 'No channel is named' },
      },
    },
  },
  '/surveillance/suspected/send': {
    post: {
      summary:
        'Sends a suspected case with a laboratory result to public health, once (HL7 v2.5.1 ORU^R01 by LAMPLIGHT_SURVEILLANCE_CHANNEL)',
      description:
        '"condition", "patient", as the list of these days names them. A case by diagnosis alone is not sent so: it goes as a case report.',
      tags,
      parameters: days,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object', required: ['condition', 'patient'] } } },
      },
      responses: {
        '200': { description: '"sent": who, when, its message and state', content: { 'application/json': { schema: { type: 'object' } } } },
        '403': { description: 'The role may not' },
        '404': { description: 'There is no such case in these days' },
        '409': { description: 'It was sent already' },
        '415': { description: 'There is no laboratory result, or no channel' },
      },
    },
  },
  '/surveillance/notes': {
    ...get('What was said of alerts of these days, newest first', days, '"notes"'),
    post: {
      summary: 'Says what became of an alert: new, investigating, explained or dismissed, with words',
      description:
        '"syndrome", "class", "facet" (all, area, age, sex, place), "value", "first", "last", "state", "words". Nothing is changed or deleted.',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: { '200': json('"note": its id'), ...refused, '404': { description: 'There is no such syndrome' } },
    },
  },
} as const;
