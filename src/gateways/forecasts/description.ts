// The routes of forecasts for the description of the API (OpenAPI).
const tags = ['Forecasts'];
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const refused = {
  '400': { description: 'Not understood' },
  '401': { description: 'Not signed in, or the token has expired' },
  '403': { description: 'This role may not search encounters' },
  '503': { description: 'The tables are not made yet, or too many forecasts are being made' },
};
const parameter = (name: string, description: string) =>
  ({ name, in: 'query', required: false, description, schema: { type: 'string' } }) as const;
const common = '"asOf", "position" of the feed, "timeZone", "notes"; ';

const threshold = parameter(
  'threshold',
  'Arrivals a day from which it is a surge; otherwise the site’s, or what one day in twenty reached',
);
const chance = parameter('chance', 'Warned from this chance on, 0.01 to 0.99');
const overflow = parameter('overflow', 'A ward is overfull in the first hour with at least this chance; 0.5 where the site says nothing');

const look = (summary: string, parameters: readonly ReturnType<typeof parameter>[], answer: string) => ({
  get: { summary, tags, parameters: [...parameters], responses: { '200': json(common + answer), ...refused } },
});

export const forecastPaths = {
  '/forecasts/arrivals': look(
    'Arrivals at the emergency department: 28 days and 48 hours ahead, with intervals, past errors and the chance of a surge',
    [threshold, chance],
    '"forecast" (null with "missing" where too little is known): "days", "mean", "intervals", "hours", "before" (the last weeks as they were foretold), "past" (MASE and coverage beside the seasonal naive), "surge"',
  ),
  '/forecasts/surge': look(
    'Surge warnings: the chance of each of seven days, and how such warnings would have done',
    [threshold, chance],
    '"surge": "threshold", "days" with chance and lead, "record" with found, missed, false alarms, lead and Brier score',
  ),
  '/forecasts/census': look(
    'Beds taken by ward, hour by hour for seven days',
    [overflow],
    '"hours", "wards" and "inpatient": "here", "beds", "mean", "p05", "p50", "p95", "overfull" (chance), "come", "leave", "firstOverflow" (index of the hour)',
  ),
  '/forecasts/past': look(
    'How beds would have been foretold on mornings of the past, beside the same hour a week before',
    [overflow],
    '"census": errors and coverage of wards and of all inpatients by hours ahead; overflows found, missed, false',
  ),
  '/forecasts/what-if': look(
    'Beds as they are and with other arrivals, beds or stays, side by side',
    [
      overflow,
      parameter('arrivals', 'Times the arrivals: 1.2 for twenty per cent more'),
      parameter('beds', 'Beds more, or fewer: -10; of the ward where one is named, otherwise of all'),
      parameter('stay', 'Days by which each stay on a ward is longer, or shorter: -0.5'),
      parameter('ward', 'Id of a ward'),
    ],
    '"asked", "asItIs", "whatIf", as /forecasts/census',
  ),
  '/forecasts/staffing': look(
    'Staff needed in each shift ahead beside those planned',
    [
      parameter('seen', 'Per cent of arrivals seen in time'),
      parameter('within', 'Minutes that is in time'),
      parameter('minutes', 'Minutes of a clinician that each takes'),
    ],
    '"nurses" by ward and shift, "clinicians" of the emergency department by shift, "hours" by Erlang’s formula',
  ),
  '/forecasts/plan': {
    get: {
      summary: 'Planned staff by ward and shift, and the site’s rules of warning',
      tags,
      responses: { '200': json('"staff", "rules", "shifts", "mayChange"'), ...refused },
    },
    put: {
      summary: 'Changes planned staff and rules: what is sent, in one transaction with its row in the audit trail',
      description:
        '"staff": [{"ward", "shift", "role": "nurse" or "clinician", "planned", "patientsPerNurse"}], "rules": {"surgeThreshold", "surgeChance", "overflowChance", "seenPercent", "seenWithinMinutes", "minutesEach"}; null takes away',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: { '200': json('As it is now'), ...refused },
    },
  },
};
