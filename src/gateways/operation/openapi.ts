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

export const openApiPaths: Paths = {
  ...fhirPaths,
  ...signInPaths,
  ...feedPaths,
  ...bulkPaths,
  ...subscriptionPaths,
  ...auditPaths,
  ...exchangePaths,
  ...accountPaths,
  ...administrationPaths,
  ...analyticsPaths,
  ...viewDefinitionPaths,
  ...medicationPaths,
  ...questionPaths,
  ...populationPaths,
  ...reportPaths,
  ...surveillancePaths,
  ...forecastPaths,
  ...outcomePaths,
  ...cdsHooksPaths,
  ...operationPaths,
};

let made: string | undefined;

export function openApi(): string {
  made ??= JSON.stringify({
    openapi: '3.1.0',
    info: {
      title: 'Lamplight',
      version,
      description: 'FHIR R4 and what belongs to it. Errors are OperationOutcome below /fhir and RFC 9457 elsewhere.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: openApiPaths,
  });
  return made;
}
