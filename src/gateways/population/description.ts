// The routes of registries and care gaps for the description of the API (OpenAPI).
const tags = ['Population'];
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const refused = {
  '400': { description: 'Not understood' },
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'Not for this role' },
};
const busy = { '503': { description: 'The tables are not made yet' } };
const none = { '404': { description: 'There is no such registry, gap or patient' } };
const inPath = (name: string, description: string) =>
  ({ name, in: 'path', required: true, description, schema: { type: 'string' } }) as const;
const inQuery = (name: string, required: boolean, description: string) =>
  ({ name, in: 'query', required, description, schema: { type: 'string' } }) as const;
const registry = inPath('name', 'A registry, as /population/registries lists them');
type Parameter = ReturnType<typeof inPath> | ReturnType<typeof inQuery>;
const get = (summary: string, parameters: readonly Parameter[], says: string, more: object, description?: string) => ({
  get: {
    summary,
    ...(description === undefined ? {} : { description }),
    tags,
    parameters: [...parameters],
    responses: { '200': json(says), ...refused, ...more },
  },
});

export const populationPaths = {
  '/population/registries': get(
    'Registries with their size and the share of gaps that are met, today and in the twelve months before',
    [inQuery('months', false, 'Months before today that are told too, 0 to 12; 12 without it')],
    '"registries" with "trend"',
    busy,
    'Counts from 1 to 4 are null without the right to export.',
  ),
  '/population/registries/{name}': get(
    'One registry: its definition, and of each gap met, open, not known and excluded, in all and by clinic, practitioner and postal area',
    [registry],
    '"registry", "members", "unsure", "gaps"',
    { ...none, ...busy },
  ),
  '/population/registries/{name}/rates': get(
    'How frequent it is by postal area: counted, by the people of the area, and standardised by age',
    [registry],
    '"rows", "standard", "madeUp"',
    { ...none, ...busy },
  ),
  '/population/registries/{name}/patients': get(
    'The patients of a gap, open ones first, with what was last done and when it is due',
    [
      registry,
      inQuery('gap', true, 'Id of the gap'),
      inQuery('outcome', false, 'met, gap, unknown or excluded; all without it'),
      inQuery('clinic', false, 'Name of a clinic'),
      inQuery('practitioner', false, 'Id of a Practitioner'),
      inQuery('area', false, 'A postal code'),
    ],
    '"gap", "rows", "more", "from": export or record',
    { ...none, ...busy },
    'With the right to export of everybody, from the tables. Without it: of the patients of one practitioner, read in the record by the right to search.',
  ),
  '/population/patient/{id}': get(
    'The registries and gaps of one patient, read in the record',
    [inPath('id', 'Id of the Patient')],
    '"registries"',
    none,
  ),
} as const;
