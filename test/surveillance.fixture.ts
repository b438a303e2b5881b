// A small hospital for surveillance: quiet weeks, then many with vomiting and diarrhoea from one town within three days; one with measles; days are
// counted back from today. For test/surveillance.test.ts and its journey.
import type { Caller } from './calls.ts';

const icd = 'http://hl7.org/fhir/sid/icd-10-cm';
const days = 70;
/** Of the rise, newest first: yesterday, the day before, and the day before that. */
const rise = [9, 7, 5];
const complaints = ['Cough, no fever', 'Twisted the right ankle', 'Chest pain, denies sob', 'N/V/D x2 days', 'Fever and sore throat'];

export const dayBack = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

type Resource = { resourceType: string; id: string } & Record<string, unknown>;

export function smallHospital(): Resource[] {
  const people: Resource[] = Array.from({ length: 40 }, (_, i) => ({
    resourceType: 'Patient',
    id: `sv-p${i}`,
    identifier: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] }, value: `SV${1000 + i}` }],
    name: [{ family: `Counted${i}`, given: ['Ada'] }],
    gender: i % 2 === 0 ? 'female' : 'male',
    birthDate: `${1940 + i * 2}-03-04`,
    address: [{ postalCode: `0000${i % 5}` }],
  }));
  const visits: Resource[] = [];
  const visit = (back: number, nth: number, patient: number, complaint: string): void => {
    const at = `${dayBack(back)}T${String(8 + (nth % 12)).padStart(2, '0')}:15:00Z`;
    visits.push({
      resourceType: 'Encounter',
      id: `sv-e${back}-${nth}`,
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'EMER' },
      subject: { reference: `Patient/sv-p${patient}` },
      period: { start: at, end: at.replace(':15:', ':55:') },
      reasonCode: [{ text: complaint }],
    });
  };
  for (let back = 1; back <= days; back++) {
    for (let nth = 0; nth < 4; nth++) visit(back, nth, (back * 7 + nth * 3) % 40, complaints[(back + nth) % complaints.length]!);
    // All from the town 00003.
    for (let nth = 0; nth < (rise[back - 1] ?? 0); nth++) visit(back, 10 + nth, 3 + 5 * (nth % 8), 'vomitting and diarrhoea');
  }
  const measles: Resource = {
    resourceType: 'Condition',
    id: 'sv-measles',
    subject: { reference: 'Patient/sv-p14' },
    encounter: { reference: 'Encounter/sv-e2-0' },
    code: { coding: [{ system: icd, code: 'B05.9', display: 'Measles without complication' }] },
    recordedDate: `${dayBack(2)}T12:00:00Z`,
  };
  const laboratory: Resource[] = ['Positive', 'Not detected'].map((text, i) => ({
    resourceType: 'Observation',
    id: `sv-lab${i}`,
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '13950-1', display: 'Hepatitis A virus IgM Ab' }] },
    subject: { reference: `Patient/sv-p${10 + i}` },
    effectiveDateTime: `${dayBack(3)}T10:00:00Z`,
    valueCodeableConcept: { text },
  }));
  return [...people, ...visits, measles, ...laboratory];
}

export async function layDown(call: Caller, resources: readonly Resource[]): Promise<void> {
  for (let from = 0; from < resources.length; from += 100) {
    const entry = resources
      .slice(from, from + 100)
      .map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
    const { status, text } = await call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'transaction', entry } });
    if (status !== 200) throw new Error(text.slice(0, 500));
  }
}
