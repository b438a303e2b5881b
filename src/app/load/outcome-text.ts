// What a server says about a refusal, in one line (http://hl7.org/fhir/R4/operationoutcome.html).

interface Issue {
  severity?: string;
  diagnostics?: string;
  details?: { text?: string };
  code?: string;
  expression?: string[];
  location?: string[];
}

const issuesShown = 5;

/** The errors of an OperationOutcome, JSON text or value; where it is none, the start of the text. */
export function outcomeText(outcome: unknown, status: number): string {
  const value = typeof outcome === 'string' ? parsed(outcome) : outcome;
  const issues = issuesOf(value).filter((issue) => issue.severity !== 'information' && issue.severity !== 'warning');
  if (issues.length === 0) {
    const start = typeof outcome === 'string' ? outcome.replaceAll(/\s+/g, ' ').trim().slice(0, 200) : '';
    return start === '' ? `The server answered ${status}` : `The server answered ${status}: ${start}`;
  }
  const texts = issues.slice(0, issuesShown).map((issue) => {
    const words = issue.diagnostics ?? issue.details?.text ?? issue.code ?? 'refused';
    const where = (issue.expression ?? issue.location ?? []).join(', ');
    return where === '' ? words : `${words} (${where})`;
  });
  const more = issues.length > issuesShown ? `; and ${issues.length - issuesShown} more` : '';
  return texts.join('; ') + more;
}

function issuesOf(value: unknown): Issue[] {
  if (typeof value !== 'object' || value === null || Reflect.get(value, 'resourceType') !== 'OperationOutcome') return [];
  const issue: unknown = Reflect.get(value, 'issue');
  return Array.isArray(issue) ? issue.filter((one): one is Issue => typeof one === 'object' && one !== null) : [];
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
