// The routes of medication safety for the description of the API (OpenAPI).
import { governancePaths } from './governance-description.ts';

const tags = ['Medication'];
const json = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
const refused = { '400': { description: 'Not understood' }, '401': { description: 'Not signed in, or the token has expired' } };
const inQuery = (name: string, required: boolean, description: string) =>
  ({ name, in: 'query', required, description, schema: { type: 'string' } }) as const;

export const medicationPaths = {
  ...governancePaths,
  '/medication/check': {
    post: {
      summary: 'Checks orders before they are signed: what was checked, what could not be, and the cards',
      description:
        '"patient" (of the record), "situation" (in words) or "resources" (FHIR), and "orders": free text such as "ibuprofen 400 mg po tid", or MedicationRequest, ServiceRequest, NutritionOrder. Cards have tier stop, interrupt or aside.',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', required: ['orders'] } } } },
      responses: {
        '200': json('"outcome", "checked", "couldNot", "cards", "orders" as they were understood'),
        ...refused,
        '404': { description: 'There is no such patient' },
      },
    },
  },
  '/medication/sign': {
    post: {
      summary: 'Signs orders: checked again, refused with 409 while a card that interrupts has no decision',
      description:
        '"patient", "orders" as for a check, "decisions": [{"rule", "reasonCode", "reason", "monitor"}]. Writes MedicationRequest, a DetectedIssue for every alert, Tasks for the pharmacist and for what is to be monitored, all or nothing.',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', required: ['patient', 'orders'] } } } },
      responses: {
        '201': json('"requests", "issues", "tasks"'),
        '409': json('"undecided": rules whose cards need a decision; nothing was written'),
        ...refused,
        '403': { description: 'This role does not prescribe' },
        '404': { description: 'There is no such patient' },
      },
    },
  },
  '/medication/stop': {
    post: {
      summary: 'Stops an order with a reason: the order, who stopped it, and what waited for somebody to look at it, all or nothing',
      description: '"order" (MedicationRequest/…) and "reason" in words. The same again is done already ("repeated").',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', required: ['order', 'reason'] } } } },
      responses: {
        '200': json('"order", "at", "tasks" that were taken away'),
        ...refused,
        '403': { description: 'This role does not change orders' },
        '404': { description: 'There is no such order' },
        '409': { description: 'It is stopped or ended already' },
      },
    },
  },
  '/medication/override-reasons': {
    get: {
      summary: 'Why an order may be signed although an alert interrupted: codes and words, for screens',
      tags,
      responses: { '200': json('"reasons": code, display'), '401': refused['401'] },
    },
  },
  '/medication/scan': {
    post: {
      summary: 'Judges a bedside session from raw scanner input: allow, warn or block, with reasons',
      description:
        '"scans" (or one "scan") as the scanner sent them: wristband, drug, pump, badge; "patient" of the open chart, "order" that was chosen, "at", "workstation", "witness", "entered" with dose, route, site, reason. Nothing is stored.',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: {
        '200': json(
          '"outcome", "reasons", "read" (each scan as understood), "evidence", "patient", "order", "dose", "pump" (what to set on it), "next"',
        ),
        ...refused,
        '404': { description: 'There is no such patient' },
      },
    },
  },
  '/medication/administer': {
    post: {
      summary: 'Records a dose: judged again, then MedicationAdministration, Provenance of the scans and warnings overridden',
      description:
        'The body of /medication/scan with "outcome" (given, partly-given, not-given, held, refused, missing-dose, hung, infusing, stopped, completed, removed, self-administered), "reason" and, where wristband or drug could not be scanned, "notScanned". High-alert drugs need "witness": {"name", "password"} or {"token"} of a second person; a name alone is no proof. Before there is an order: "beforeOrder": {"reason" (emergency, verbal-order), "prescriber", "drug"} and "entered.dose"; a Task asks the prescriber to acknowledge it. "hung" is of a bag whose pump was scanned too: the dose begins when the pump reports that it runs. "session": a UUID that the client makes for the dose; what is sent again with it after a lost answer is recorded once.',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', required: ['outcome'] } } } },
      responses: {
        '201': json('The judgement, and "administration": the reference of what was recorded'),
        ...refused,
        '403': { description: 'Not allowed to record doses, or the second person was not recognised' },
        '429': { description: 'Too many attempts to prove a second person' },
        '404': { description: 'There is no such patient' },
        '409': { description: 'It must not be given, evidence or a reason is missing, or somebody else recorded it' },
      },
    },
  },
  '/medication/effect': {
    post: {
      summary: 'Records what a dose given when needed did: an Observation, part of the administration, and the Task completed',
      description:
        '"task" (of the list of what is due), and "effect" (helped, partly, none, worse), "before" and "after" (pain, 0 to 10) or "words"; "at".',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', required: ['task'] } } } },
      responses: {
        '201': json('"observation", "task"'),
        ...refused,
        '403': { description: 'Not allowed to record it' },
        '404': { description: 'There is no such Task' },
        '409': { description: 'It was recorded already' },
      },
    },
  },
  '/medication/before-order': {
    get: {
      summary: 'Doses given before there was an order that no prescriber has acknowledged yet',
      tags,
      parameters: [inQuery('patient', false, 'Of whom; all without it')],
      responses: { '200': json('"doses": task, administration, patient, prescriber, reason, due, overdue'), ...refused },
    },
  },
  '/medication/acknowledge': {
    post: {
      summary: 'Acknowledges a dose given before its order: binds it to the order and completes the Task',
      description: '"task" of the list, and "order": the MedicationRequest that was written for it.',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', required: ['task', 'order'] } } } },
      responses: {
        '200': json('"task", "administration", "order"'),
        ...refused,
        '403': { description: 'Not somebody who prescribes' },
        '404': { description: 'There is no such Task' },
        '409': { description: 'It was acknowledged already, or the order is not signed' },
      },
    },
  },
  '/medication/reports': {
    get: {
      summary: 'Reports of the bedside: scan rates, near misses, on time, what cannot be scanned, overrides; with intervals',
      tags,
      parameters: [
        inQuery('from', true, 'A date or moment'),
        inQuery('to', true, 'Not included; at most 366 days after from'),
        inQuery('ward', false, 'Location/…'),
        inQuery('format', false, 'json or csv'),
      ],
      responses: {
        '200': {
          description: 'Counts with shares and 95 % intervals',
          content: { 'application/json': { schema: { type: 'object' } }, 'text/csv': { schema: { type: 'string' } } },
        },
        ...refused,
        '403': { description: 'Not for patients, systems, and those bound to an organisation' },
        '413': { description: 'It took too long: ask for a shorter time' },
      },
    },
  },
  '/medication/labels': {
    post: {
      summary: 'Prints a wristband (GS1 DataMatrix 8018 and 8019, or Code 128) or the label of a drug as PDF',
      description:
        '"kind": "wristband" with "patient" and "symbol" (gs1-datamatrix, code-128): each print has a number of its own, and a former one is recognised. "kind": "drug" with "order" or "drug", and "gtin" (01/17/10/21) or none (a number of the pharmacy, and a Medication in the directory), "lot", "serial", "expires", "dose", "route", "rate". With Accept: application/json: "symbol", "instance", "medication", "notices", "pdf" in base64. Letters that the font lacks are not printed, and a notice says so.',
      tags,
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', required: ['kind'] } } } },
      responses: {
        '200': {
          description: 'The label; notices in the header X-Lamplight-Notice',
          content: { 'application/pdf': { schema: { type: 'string' } }, 'application/json': { schema: { type: 'object' } } },
        },
        ...refused,
        '403': { description: 'Not allowed to print it' },
        '404': { description: 'There is no such patient or order' },
        '409': { description: 'The patient has no number that the symbol can hold' },
      },
    },
  },
  '/medication/downtime': {
    get: {
      summary: 'What a ward needs while nothing answers: its patients, orders and doses due, as a signed bundle or a printed record',
      tags,
      parameters: [
        inQuery('ward', true, 'Location/…'),
        inQuery('hours', false, '12 where it is not said, at most 48'),
        inQuery('format', false, 'json (the signed bundle) or pdf'),
      ],
      responses: {
        '200': {
          description: '"bundle" (a text), "signature" (Ed25519 over it), "key"; or the printed record',
          content: { 'application/json': { schema: { type: 'object' } }, 'application/pdf': { schema: { type: 'string' } } },
        },
        ...refused,
        '403': { description: 'Not allowed to see it' },
        '413': { description: 'More than 100 patients' },
      },
    },
  },
  '/medication/downtime/reconcile': {
    post: {
      summary: 'Brings back doses written down in a downtime: written where they fit, otherwise kept as a conflict for somebody to decide',
      description:
        '"bundle" and "signature" as they were given, "doses": id (chosen offline), patient, order, at, outcome, dose, reason, product, by, second, words. The same again writes nothing twice. With "check": true nothing is written, and it is said what would become of each, with "warnings"; without doses, whether the bundle is ours.',
      tags,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object', required: ['bundle', 'signature', 'doses'] } } },
      },
      responses: {
        '200': json('"written", "already", "conflicts", "failed" and what became of each of "doses"'),
        ...refused,
        '403': { description: 'Not allowed to record doses' },
      },
    },
  },
  '/medication/order-sets': {
    get: {
      summary: 'Orders that are often given together: sections of orders in words, with their guideline',
      tags,
      responses: {
        '200': json('"sets": id, title, version, status, description, sources, sections'),
        '401': { description: 'Not signed in' },
      },
    },
  },
  '/medication/loop': {
    get: {
      summary: 'What became of each order: signed, verified, dispensed, given, its effect; and what does not fit',
      description:
        'Of one patient, or of everybody who lies on a ward now (at most 60; who was not read is named). Of a ward, orders that ended before doses are looked at and of which nothing is said are left out.',
      tags,
      parameters: [inQuery('patient', false, 'Of whom: Patient/…'), inQuery('ward', false, 'Instead: Location/…, with its rooms and beds')],
      responses: {
        '200': json(
          '"discrepancies": kind, says, refs, at; "loops" by order; "strays": doses and dispenses of no order; "notRead". Of a ward: "name", "patients" of these with "bed" and "name", and "notRead": patient, bed, why',
        ),
        ...refused,
        '404': { description: 'There is no such patient or place' },
        '413': { description: 'More places or stays than can be read at once' },
      },
    },
  },
  '/medication/recall': {
    get: {
      summary: 'Who was given, or handed, a drug of a lot, a number or a name; who of them lies in a bed now',
      tags,
      parameters: [
        inQuery('lot', false, 'As the package has it; or ndc, or at least three letters of product'),
        inQuery('ndc', false, 'A national drug code or a product number (GTIN)'),
        inQuery('product', false, 'Part of its name'),
        inQuery('scan', false, 'Instead of these: the code of a package as a scanner sends it, whose lot and number are asked for'),
        inQuery('since', false, 'A day: doses before it are left out'),
      ],
      responses: {
        '200': json(
          '"doses": ref, patient, at, how, product, lots; "patients"; "people" with name, birthDate, number, place, those in beds first; "stops": searches that ended before everything was read; "notRead"',
        ),
        ...refused,
      },
    },
  },
  '/medication/downtime/resolve': {
    post: {
      summary: 'Decides what became of a dose of a downtime that did not fit: recorded after all, or discarded',
      description: '"task" that keeps the dose, "decision": record or discard, "reason" in words. Once; the trail keeps who and why.',
      tags,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object', required: ['task', 'decision', 'reason'] } } },
      },
      responses: {
        '200': json('"task", and "administration" where it was recorded'),
        ...refused,
        '403': { description: 'Not allowed to record doses' },
        '404': { description: 'No Task that keeps such a dose' },
        '409': { description: 'Decided already' },
      },
    },
  },
  '/medication/due': {
    get: {
      summary: 'Doses of a patient that are due between two instants, and what became of each',
      tags,
      parameters: [
        inQuery('patient', true, 'Of whom: Patient/…'),
        inQuery('from', false, 'Four hours ago where it is not said'),
        inQuery('to', false, 'A day after from; at most 14 days'),
      ],
      responses: {
        '200': json(
          '"doses": order, kind, at, done; "infusions" on pumps: state, outcome (fine, alert, could-not-check), set, rateMlPerH, deliveredMl, findings; "effects" of doses given when needed: task, at, overdue, done; "orders": what each asks for, verified, highAlert, withinMinutes',
        ),
        ...refused,
        '404': { description: 'There is no such patient' },
      },
    },
  },
};
