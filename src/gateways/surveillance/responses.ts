// What public health has answered to a case report: Reportability Responses that came in by a channel and name the series of the report. They are documents
// as any other is; here they are read for whoever may see the case.
import type { Exchange } from '../../exchange/contract.ts';
import { reportabilityResponse } from '../../formats/ccda/about.ts';
import { type ReportabilityResponse, readResponse } from '../../formats/ccda/reportability-response.ts';

export interface Answered extends Omit<ReportabilityResponse, 'answers'> {
  /** As the message of the exchange. */
  message: string;
  at: Date;
  /** The version that it answers; empty where it does not say. */
  version: string;
}

const most = 5;

export async function answersOf(exchange: Pick<Exchange, 'answersTo'>, series: string): Promise<Answered[]> {
  const found = await exchange.answersTo(series, reportabilityResponse, most);
  return found.flatMap(({ id, received, raw }): Answered[] => {
    const response = readResponse(raw);
    // Keys are for finding: what names the series elsewhere than where a response does is no answer to it.
    const answer = response?.answers.find(({ set }) => set === series);
    if (response === undefined || answer === undefined) return [];
    return [{ message: id, at: received, version: answer.version, status: response.status, conditions: response.conditions }];
  });
}
