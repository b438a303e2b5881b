// A dose as the record keeps it: MedicationAdministration, the scans that it rests on as Provenance, and each warning that was
// overridden as DetectedIssue with the reason; all in one commit or nothing.
import { createHash } from 'node:crypto';
import type {
  CodeableConcept,
  DetectedIssue,
  MedicationAdministration,
  MedicationRequest,
  Provenance,
  Reference,
} from '../../fhir/generated/types.ts';
import { outcomeSystem, warningSystem } from '../../modules/medication-administration/codes.ts';
import type { Outcome, Verdict } from '../../modules/medication-administration/contract.ts';
import { programmeExtension } from '../../modules/medication-administration/pumps/kept.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, Write } from '../../record/contract.ts';
import { newId } from '../../record/uuid7.ts';
import { reasonSystem } from './scan-orders.ts';
import type { AdministerWish } from './scan-wish.ts';

/** The lot (GS1 AI 10) of a product that was given. */
export const lotSystem = 'https://lamplight.dev/fhir/NamingSystem/lot';
export const scanSystem = 'https://lamplight.dev/fhir/NamingSystem/scanned-symbol';

export const statusOf: Record<Outcome, string> = {
  given: 'completed',
  'partly-given': 'completed',
  'not-given': 'not-done',
  held: 'not-done',
  refused: 'not-done',
  'missing-dose': 'not-done',
  hung: 'on-hold',
  infusing: 'in-progress',
  stopped: 'stopped',
  completed: 'completed',
  removed: 'completed',
  'self-administered': 'completed',
};

export interface Recorded {
  writes: Write[];
  administration: string;
}

/** One session records one dose: its name is the dose's id (RFC 9562 section 5.8), so that what is sent again finds it. */
export function idOfSession(session: string): string {
  const hash = createHash('sha256').update(`administration ${session}`).digest('hex');
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 3) | 8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

export const outcomeOf = ({ statusReason }: MedicationAdministration): string | undefined =>
  statusReason?.flatMap(({ coding }) => coding ?? []).find(({ system }) => system === outcomeSystem)?.code;

export function recordOf(
  wish: AdministerWish,
  verdict: Verdict,
  request: MedicationRequest | undefined,
  patient: string,
  caller: Caller,
  at: Date,
  now: Date,
  witness?: Person,
): Recorded {
  const id = wish.session === undefined ? newId() : idOfSession(wish.session);
  const reference = `MedicationAdministration/${id}`;
  const subject: Reference = { reference: `Patient/${patient}` };
  const nurse = whoIs(caller.person);
  const { entered, outcome, reason, notScanned } = wish;
  const products = verdict.read.flatMap((each) => (each.product?.ref.startsWith('Medication/') ? [each.product.ref] : []));
  const scanned = verdict.dose?.scanned.find((each) => each.amount)?.amount;
  const ordered = verdict.dose?.ordered.find((each) => each.amount)?.amount;
  const dose =
    statusOf[outcome] === 'not-done' || outcome === 'hung'
      ? undefined
      : (entered.dose ?? (outcome === 'given' ? (scanned ?? ordered) : undefined));
  const dosage = {
    ...(dose ? { dose: { value: dose.value, unit: dose.unit } } : {}),
    ...(entered.route === undefined ? {} : { route: { text: entered.route } }),
    ...(entered.site === undefined ? {} : { site: { text: entered.site } }),
  };
  const second = witness ? whoIs(witness) : verdict.witness === undefined ? undefined : { reference: verdict.witness };
  const administration: MedicationAdministration = {
    resourceType: 'MedicationAdministration',
    id,
    ...(outcome === 'hung' && verdict.pump !== undefined
      ? { extension: [programmeExtension(verdict.pump.programme, at.toISOString())] }
      : {}),
    status: statusOf[outcome],
    statusReason: [
      { coding: [{ system: outcomeSystem, code: outcome }] },
      ...(reason === undefined
        ? []
        : [{ coding: [{ system: reasonSystem, code: reason.split(':')[0]!.trim().slice(0, 60) }], text: reason }]),
      ...(notScanned === undefined ? [] : [{ coding: [{ system: reasonSystem, code: `not-scanned-${notScanned}` }] }]),
    ],
    ...(request === undefined ? medicationSaid(wish, verdict, [...new Set(products)]) : medicationOf(request, [...new Set(products)])),
    subject,
    effectiveDateTime: at.toISOString(),
    performer: [
      { actor: outcome === 'self-administered' ? subject : nurse },
      ...(second === undefined ? [] : [{ function: { text: 'independent second check' }, actor: second }]),
    ],
    ...(outcome === 'hung' && verdict.pump !== undefined
      ? { device: [{ reference: verdict.pump.device, display: verdict.pump.title }] }
      : {}),
    ...(entered.reason === undefined ? {} : { reasonCode: [{ text: entered.reason }] }),
    ...(request === undefined ? {} : { request: { reference: `MedicationRequest/${request.id}` } }),
    ...(wish.beforeOrder === undefined
      ? {}
      : { note: [{ text: `Given before the order (${wish.beforeOrder.reason}), asked for by ${wish.beforeOrder.prescriber}` }] }),
    ...(Object.keys(dosage).length === 0 ? {} : { dosage }),
  };
  const issues = verdict.reasons
    .filter((each) => each.severity !== 'aside')
    .map(
      (each): DetectedIssue => ({
        resourceType: 'DetectedIssue',
        id: newId(),
        status: 'final',
        code: { coding: [{ system: warningSystem, code: each.code }] },
        severity: each.severity === 'block' ? 'high' : 'moderate',
        patient: subject,
        identifiedDateTime: at.toISOString(),
        implicated: [{ reference }, ...(request === undefined ? [] : [{ reference: `MedicationRequest/${request.id}` }])],
        detail: each.says,
        ...(reason === undefined && notScanned === undefined
          ? {}
          : {
              mitigation: [{ action: { text: [reason, notScanned].filter(Boolean).join('; ') }, date: now.toISOString(), author: nurse }],
            }),
      }),
    );
  const provenance: Provenance = {
    resourceType: 'Provenance',
    id: newId(),
    target: [{ reference }, ...issues.map((each) => ({ reference: `DetectedIssue/${each.id}` }))],
    occurredDateTime: at.toISOString(),
    recorded: now.toISOString(),
    ...(wish.workstation === undefined ? {} : { location: { display: wish.workstation } }),
    activity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'CREATE' }] },
    agent: [
      { who: nurse },
      ...(second === undefined
        ? []
        : [
            {
              type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'verifier' }] },
              who: second,
            },
          ]),
    ],
    ...(verdict.read.length === 0
      ? {}
      : {
          entity: [
            ...verdict.read.map(({ code, is }) => ({
              role: 'source',
              what: {
                identifier: { system: scanSystem, value: written(code.raw) },
                display: `${is}, ${code.symbology ?? 'symbology not told'}`,
              },
            })),
            ...batches(verdict).map(({ lot, product }) => ({
              role: 'source',
              what: { identifier: { system: lotSystem, value: lot }, display: product },
            })),
          ],
        }),
  };
  const writes = [administration, ...issues, provenance].map((resource): Write => ({ kind: 'create', resource, id: resource.id! }));
  return { writes, administration: reference };
}

/** Lots of the products scanned, by which a recall finds the dose. */
function batches({ read }: Verdict): { lot: string; product: string }[] {
  const found = new Map<string, { lot: string; product: string }>();
  for (const { code, product } of read) {
    const lot = code.lot ?? product?.lot;
    if (lot === undefined || product === undefined) continue;
    const said = [product.title, ...code.gtins.slice(0, 1).map((gtin) => `GTIN ${gtin}`)].join(', ');
    found.set(`${lot} ${said}`, { lot: written(lot), product: said });
  }
  return [...found.values()];
}

/** The lots of doses by reference, as `recordOf` wrote them. */
export function lotsOf(provenances: readonly Provenance[]): Map<string, { lot: string; product: string }[]> {
  const found = new Map<string, { lot: string; product: string }[]>();
  for (const { target, entity } of provenances) {
    const lots = (entity ?? []).flatMap(({ what }) =>
      what.identifier?.system === lotSystem && what.identifier.value !== undefined
        ? [{ lot: what.identifier.value, product: what.display ?? '' }]
        : [],
    );
    if (lots.length === 0) continue;
    for (const { reference } of target) if (reference?.startsWith('MedicationAdministration/')) found.set(reference, lots);
  }
  return found;
}

function medicationSaid(
  { beforeOrder }: AdministerWish,
  { read }: Verdict,
  products: readonly string[],
): Pick<MedicationAdministration, 'medicationReference' | 'medicationCodeableConcept'> {
  const [only] = products;
  if (only !== undefined && products.length === 1) return { medicationReference: { reference: only } };
  const titles = [...new Set(read.flatMap((each) => each.product?.title ?? []))];
  return { medicationCodeableConcept: { text: titles.length > 0 ? titles.join(' and ') : (beforeOrder?.drug ?? 'not said') } };
}

const whoIs = ({ id, name }: Person): Reference => ({ type: 'Practitioner', identifier: { value: id }, display: name });

function medicationOf(
  request: MedicationRequest,
  products: readonly string[],
): Pick<MedicationAdministration, 'medicationReference' | 'medicationCodeableConcept'> {
  const [only] = products;
  if (only !== undefined && products.length === 1) return { medicationReference: { reference: only } };
  if (request.medicationCodeableConcept) return { medicationCodeableConcept: request.medicationCodeableConcept };
  const { reference, display } = request.medicationReference ?? {};
  if (reference !== undefined && !reference.startsWith('#')) return { medicationReference: { reference } };
  const contained = request.contained?.find((each) => `#${each.id}` === reference);
  const code: CodeableConcept | undefined = contained?.resourceType === 'Medication' ? contained.code : undefined;
  return { medicationCodeableConcept: code ?? { text: display ?? 'as ordered' } };
}

/** A text of FHIR holds no control characters: FNC1 as <GS>, which is read back, others by their number; empty as such. */
export const written = (raw: string): string =>
  [...(raw === '' ? '(empty)' : raw.slice(0, 1000))]
    .map((one) => (one === '\u001d' ? '<GS>' : /\p{Cc}/u.test(one) ? `<${one.codePointAt(0)}>` : one))
    .join('');
