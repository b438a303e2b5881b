// An answer as FHIR XML, for those who ask for it: made from the JSON that is stored (http://hl7.org/fhir/R4/xml.html).
import { readJson } from '../../fhir/json.ts';
import { xmlSteps } from '../../fhir/xml/write.ts';
import { inSlices } from '../../record/slices.ts';
import type { FhirResponse } from './contract.ts';
import { refusal } from './outcome.ts';

/** What is in the record was within the limits of writes; a page of it is bounded by its weight. */
const ofPages = { maxValues: 50_000_000, maxEntryValues: 50_000_000 };

export async function asXml(response: FhirResponse, pretty: boolean): Promise<FhirResponse> {
  const read = await readJson(response.body ?? '', ofPages);
  if (!read.ok) throw new Error(`an answer is not JSON: ${read.problem.message}`);
  const xml = await inSlices(xmlSteps(read.value, pretty));
  if (xml.ok) return { ...response, body: xml.value };
  const refused = refusal(xml.problem, 406);
  return refused.body === undefined ? refused : asXml(refused, pretty);
}
