// The routes of ViewDefinitions for the description of the API (OpenAPI).
import { formats, mediaTypes } from './contract.ts';

const tags = ['ViewDefinition'];
const fhir = 'application/fhir+json';
const resource = { content: { [fhir]: { schema: { type: 'object' } } } };
const name = { name: 'name', in: 'path', required: true, description: 'Name of an installed view', schema: { type: 'string' } } as const;
const query = (of: string, description: string, schema: object = { type: 'string' }) => ({
  name: of,
  in: 'query' as const,
  required: false,
  description,
  schema,
});
const refused = {
  '400': { description: 'A parameter, path or column that is not understood, with the place', ...resource },
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'This account may not export resources of the type' },
  '404': { description: 'There is no such view here', ...resource },
};
const asked = [
  query('_format', 'Form of the rows; without it that of Accept', { type: 'string', enum: formats }),
  query('header', 'Whether CSV begins with the names of the columns', { type: 'boolean' }),
  query('patient', 'Resources of this patient only: Patient/123'),
  query('group', 'Of the members of this group only: Group/123'),
  query('_since', 'Changed since', { type: 'string', format: 'date-time' }),
];
const limit = query('_limit', 'Most rows', { type: 'integer', minimum: 1 });
const rows = {
  '200': {
    description: 'Rows',
    content: Object.fromEntries(Object.values(mediaTypes).map((type) => [type.split(';')[0]!, { schema: { type: 'string' } }])),
  },
  '413': { description: 'Too many rows, or too long: give _limit, or $export' },
  '422': { description: 'A resource has two values where the view has one column for one' },
  '503': { description: 'Others are run at this moment: try again' },
};
const body = (required: boolean, description: string) => ({
  required,
  description,
  content: { [fhir]: { schema: { type: 'object' } } },
});
const runParameters =
  'Parameters with viewReference, viewCanonical or viewResource, and where wanted resource, patient, group, _since, _limit, _format, header';
const begun = {
  '202': { description: 'Begun: Content-Location says where to ask' },
  '429': { description: 'Too many exports of this account are under way' },
};

const installedPaths = {
  '/fhir/ViewDefinition': {
    get: {
      summary: 'The installed views of SQL on FHIR, as a searchset',
      tags,
      parameters: [query('name', 'The one of this name')],
      responses: { '200': { description: 'A Bundle', ...resource }, ...refused },
    },
  },
  '/fhir/ViewDefinition/{name}': {
    get: {
      summary: 'An installed view',
      tags,
      parameters: [name],
      responses: { '200': { description: 'The ViewDefinition', ...resource }, ...refused },
    },
  },
};

const runAny = {
  post: {
    summary: 'Rows of a view over the record, or over resources that are sent along',
    tags,
    parameters: [...asked, limit],
    requestBody: body(true, runParameters),
    responses: { ...rows, ...refused },
  },
};

const runOne = {
  get: { summary: 'Rows of an installed view', tags, parameters: [name, ...asked, limit], responses: { ...rows, ...refused } },
  post: {
    summary: 'Rows of an installed view, parameters in the body',
    tags,
    parameters: [name, ...asked, limit],
    requestBody: body(false, 'Parameters: resource, patient, group, _since, _limit, _format, header'),
    responses: { ...rows, ...refused },
  },
};

const exportAny = {
  post: {
    summary: 'Views over the record as files, later (Prefer: respond-async)',
    tags,
    parameters: asked,
    requestBody: body(true, 'Parameters with a view for each, of viewReference or viewResource and a name'),
    responses: { ...begun, ...refused },
  },
};

const exportOne = {
  post: {
    summary: 'An installed view over the record as a file, later (Prefer: respond-async)',
    tags,
    parameters: [name, ...asked],
    requestBody: body(false, 'Parameters'),
    responses: { ...begun, ...refused },
  },
};

const answered = {
  ...rows,
  '422': {
    description: 'A Library that holds no SQL of the profile, SQL that cannot be run, or a column that has no place in rows of FHIR',
    ...resource,
  },
};
const ofRows = asked.slice(0, 2);
const library = { name: 'id', in: 'path', required: true, description: 'Of a Library on this server', schema: { type: 'string' } } as const;
const byName = [query('queryReference', 'Library/123'), query('queryCanonical', 'Its url, and after | its version')];
const sqlParameters = (way: string): string =>
  `Parameters with ${way}parameters (a Parameters resource) and tableSource (SQLViews), and where wanted _limit, _format, header`;
const answers = { ...answered, ...refused };

const sqlAny = {
  get: { summary: 'Rows of SQL that a Library holds', tags, parameters: [...byName, ...ofRows, limit], responses: answers },
  post: {
    summary: 'Rows of SQL that a Library holds, over the tables; parameters in the body',
    tags,
    parameters: [...ofRows, limit],
    requestBody: body(true, `${sqlParameters('queryReference, queryCanonical or queryResource, ')}; or the Library itself`),
    responses: answers,
  },
};

const sqlOne = {
  get: { summary: 'Rows of the SQL of this Library', tags, parameters: [library, ...ofRows, limit], responses: answers },
  post: {
    summary: 'Rows of the SQL of this Library, parameters in the body',
    tags,
    parameters: [library, ...ofRows, limit],
    requestBody: body(false, sqlParameters('')),
    responses: answers,
  },
};

const subjects = [
  query('subjectReference', 'ViewDefinition/patients or Library/123'),
  query('subjectCanonical', 'Its url, and after | its version'),
];
const runSubject = {
  get: { summary: 'Rows of a view or of a Library of SQL', tags, parameters: [...subjects, ...asked, limit], responses: answers },
  post: {
    summary: 'Rows of a view or of a Library of SQL, parameters in the body',
    tags,
    parameters: [...ofRows, limit],
    requestBody: body(
      true,
      'Parameters with subjectReference, subjectCanonical or subjectResource, and those of the operation of that kind (context is tableSource)',
    ),
    responses: answers,
  },
};

export const viewDefinitionPaths = {
  ...installedPaths,
  '/fhir/ViewDefinition/$run': runAny,
  '/fhir/ViewDefinition/{name}/$run': runOne,
  '/fhir/ViewDefinition/$export': exportAny,
  '/fhir/ViewDefinition/{name}/$export': exportOne,
  // The same by the names that the specification gave them later; without a form said rows are NDJSON there.
  '/fhir/$viewdefinition-run': runAny,
  '/fhir/ViewDefinition/$viewdefinition-run': runAny,
  '/fhir/ViewDefinition/{name}/$viewdefinition-run': runOne,
  '/fhir/$viewdefinition-export': exportAny,
  '/fhir/ViewDefinition/$viewdefinition-export': exportAny,
  '/fhir/ViewDefinition/{name}/$viewdefinition-export': exportOne,
  '/fhir/$sqlquery-run': { post: sqlAny.post },
  '/fhir/Library/$sqlquery-run': sqlAny,
  '/fhir/Library/{id}/$sqlquery-run': sqlOne,
  '/fhir/$sql-run': runSubject,
};
