// The API in OpenAPI 3.1: each gateway describes its own routes, here they are put together.
import { accountPaths } from '../accounts/description.ts';
import { administrationPaths } from '../administration/description.ts';
import { analyticsPaths } from '../analytics/description.ts';
import { auditPaths } from '../audit/description.ts';
import { bulkPaths } from '../bulk/description.ts';
import { cdsHooksPaths } from '../cds-hooks/description.ts';
import { exchangePaths } from '../exchange/description.ts';
import { fhirPaths } from '../fhir-rest/description.ts';
import { forecastPaths } from '../forecasts/description.ts';
import type { Paths } from '../http/described.ts';
import { feedPaths } from '../live/description.ts';
import { medicationPaths } from '../medication/description.ts';
import { outcomePaths } from '../outcomes/description.ts';
import { populationPaths } from '../population/description.ts';
import { questionPaths } from '../questions/description.ts';
import { reportPaths } from '../reports/description.ts';
import { signInPaths } from '../sign-in/description.ts';
import { subscriptionPaths } from '../subscriptions/description.ts';
import { surveillancePaths } from '../surveillance/description.ts';
import { version } from '../version.ts';
import { viewDefinitionPaths } from '../view-definitions/description.ts';
import { operationPaths } from './description.ts';

/** Asked of the tables: there only where they are kept. One patient's gaps are read in the record. */
const { '/population/patient/{id}': gapsOfPatient, ...registryPaths } = populationPaths;
const insightPaths: Paths = {
  ...analyticsPaths,
  ...questionPaths,
  ...registryPaths,
  ...reportPaths,
  ...surveillancePaths,
  ...forecastPaths,
  ...outcomePaths,
};
const recordPaths: Paths = {
  ...fhirPaths,
  ...signInPaths,
  ...feedPaths,
  ...bulkPaths,
  ...subscriptionPaths,
  ...auditPaths,
  ...exchangePaths,
  ...accountPaths,
  ...administrationPaths,
  ...viewDefinitionPaths,
  ...medicationPaths,
  ...cdsHooksPaths,
  ...operationPaths,
  '/population/patient/{id}': gapsOfPatient,
};

/** All that there can be. */
export const openApiPaths: Paths = { ...recordPaths, ...insightPaths };

/** What this server answers; `insight`: whether it keeps tables. */
export const pathsOf = (insight: boolean): Paths => (insight ? openApiPaths : recordPaths);

const made = new Map<boolean, string>();

export function openApi(insight: boolean): string {
  const text = made.get(insight) ?? written(insight);
  made.set(insight, text);
  return text;
}

const written = (insight: boolean): string =>
  JSON.stringify({
    openapi: '3.1.0',
    info: {
      title: 'Lamplight',
      version,
      description: 'FHIR R4 and what belongs to it. Errors are OperationOutcome below /fhir and RFC 9457 elsewhere.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: pathsOf(insight),
  });
