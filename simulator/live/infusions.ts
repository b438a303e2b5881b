// What runs on pumps, in intensive care and for some of those who lie on other wards: ordered with a rate, hung by a nurse who has scanned wristband, bag and pump, and from then on told
// by the pump alone. Some are set wrong and stay so until somebody looks: that is truth, and nobody is told.
import type { Device, MedicationAdministration, MedicationRequest } from '../../src/fhir/generated/types.ts';
import { namedUuid } from '../../src/methods/named-uuid.ts';
import { outcomeSystem } from '../../src/modules/medication-administration/codes.ts';
import { programmeExtension } from '../../src/modules/medication-administration/pumps/kept.ts';
import { hourMs, instant, minuteMs } from '../calendar.ts';
import { quantity } from '../codes.ts';
import { medicineConcept, medicineOf } from '../medicines.ts';
import { type Pump, pumpOf } from '../pump.ts';
import { encounterOf } from './care.ts';
import { doctorOn, nurseOn } from './staff.ts';
import type { Visit, World } from './world.ts';

export const deviceSystem = 'http://lamplight.example/devices';

interface Drip {
  drug: string;
  text: string;
  volumeMl: number;
  /** mg in a mL; absent: it is ordered in mL/h. */
  mgPerMl?: number;
  rateMlPerH: readonly number[];
}
const fluids: Drip = {
  drug: 'sodium chloride',
  text: 'sodium chloride 0.9 % intravenous infusion',
  volumeMl: 500,
  rateMlPerH: [50, 75, 100],
};
/** Who is better than this drinks. */
const fluidsFrom = 0.15;
const drips: readonly Drip[] = [
  fluids,
  { drug: 'dopamine', text: 'dopamine 1.6 mg/mL intravenous infusion', volumeMl: 250, mgPerMl: 1.6, rateMlPerH: [5, 10, 15] },
];
export const dripTexts = drips.map(({ text }) => text);
/** Rough shares; where planting is off nothing is set wrong. */
const wrongShare = 0.08;
const occludedShare = 0.02;
const unheardShare = 0.005;

const treatedWith = ({ illness }: Visit, text: string): boolean =>
  illness.medicines.some((medicine) => medicineConcept(medicineOf(medicine)).text === text);

export function infuse(world: World, visit: Visit): void {
  const { bed, ward } = visit;
  if (visit.over || ward === undefined || bed === undefined || world.rates.telemetryMinutes <= 0) return;
  const { random, on } = world.pumps;
  // Whoever has the same ordered by the bag has no second order of it.
  const others = (ward === 'intensive' ? drips : [fluids]).filter(({ text }) => !treatedWith(visit, text));
  if (on.has(visit) || others.length === 0) return;
  on.add(visit);
  const drip = random.pick(others);
  const rateMlPerH = random.pick(drip.rateMlPerH);
  const number = world.number('I');
  const { chart } = visit.person;
  const id = (type: string): string => namedUuid('simulator', 'infusion', type, chart.patient.id ?? '', number);
  const label = `PUMP-${ward.slice(0, 3).toUpperCase()}-${String(bed + 1).padStart(3, '0')}`;
  const name = `Pump ${label.slice(5)}`;
  const device: Device = {
    resourceType: 'Device',
    id: namedUuid('simulator', 'pump', ward, bed),
    identifier: [{ system: deviceSystem, value: label }],
    deviceName: [{ name, type: 'user-friendly-name' }],
    type: { coding: [{ system: 'urn:iso:std:iso:11073:10101', code: '69985' }] },
  };
  const { mgPerMl, volumeMl } = drip;
  const concept = { text: drip.text };
  const request: MedicationRequest = {
    resourceType: 'MedicationRequest',
    id: id('MedicationRequest'),
    identifier: [{ system: 'http://lamplight.example/orders', value: number }],
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: concept,
    subject: chart.subject,
    encounter: encounterOf(visit),
    authoredOn: instant(world.nowMs),
    requester: doctorOn(world.hospital, visit.illness.specialty, world.nowMs),
    dosageInstruction: [
      {
        text: 'continuous infusion',
        route: { text: 'Intravenous' },
        doseAndRate: [{ rateQuantity: mgPerMl === undefined ? quantity(rateMlPerH, 'mL/h') : quantity(rateMlPerH * mgPerMl, 'mg/h') }],
      },
    ],
  };
  const rate = { low: rateMlPerH, high: rateMlPerH };
  const dose = mgPerMl === undefined ? {} : { dose: { low: rateMlPerH * mgPerMl, high: rateMlPerH * mgPerMl, unit: 'mg' } };
  const hung: MedicationAdministration = {
    resourceType: 'MedicationAdministration',
    id: id('MedicationAdministration'),
    extension: [
      programmeExtension(
        {
          drug: drip.drug,
          rate,
          ...dose,
          ...(mgPerMl === undefined ? {} : { perMl: { value: mgPerMl, unit: 'mg' } }),
          volumeMl,
          tolerance: 0.05,
        },
        instant(world.nowMs),
      ),
    ],
    status: 'on-hold',
    statusReason: [{ coding: [{ system: outcomeSystem, code: 'hung' }] }],
    medicationCodeableConcept: concept,
    subject: chart.subject,
    context: encounterOf(visit),
    effectiveDateTime: instant(world.nowMs),
    performer: [{ actor: nurseOn(world.hospital, ward, world.nowMs) }],
    request: { reference: `MedicationRequest/${request.id}` },
    device: [{ reference: `Device/${device.id}`, display: name }],
  };
  world.tell({ kind: 'hung', person: visit.person, visit, number, resources: [device, request, hung] });
  const pump = pumpOf({ drug: drip.drug, rateMlPerH, volumeMl });
  world.later(world.nowMs + 2 * minuteMs, () => {
    pump.start();
    if (random.chance(Math.min(0.5, wrongShare * world.rates.planted))) setWrong(world, visit, pump, hung);
    run(world, visit, { pump, ward, bed, name, device: label, request });
  });
}

function setWrong(world: World, visit: Visit, pump: Pump, hung: MedicationAdministration): void {
  const ordered = pump.rateMlPerH;
  const rate = world.pumps.random.pick([ordered * 10, ordered * 2, ordered / 2]);
  pump.set(rate);
  const untilMs = world.nowMs + world.pumps.random.between(20, 90) * minuteMs;
  world.plant({
    kind: 'medication-error',
    which: 'pump-rate',
    mrn: visit.person.mrn,
    visit: visit.number,
    until: new Date(untilMs).toISOString(),
    about: [`MedicationAdministration/${hung.id}`],
    says: `the pump was set to ${rate} mL/h, ordered were ${ordered}`,
  });
  world.later(untilMs, () => pump.set(ordered));
}

interface Running {
  pump: Pump;
  ward: Visit['ward'];
  bed: number;
  name: string;
  device: string;
  request: MedicationRequest;
}

function run(world: World, visit: Visit, running: Running): void {
  const { pump, ward, bed, name, device, request } = running;
  const { random } = world.pumps;
  const minutes = world.rates.telemetryMinutes * 1.6;
  // Whoever leaves the bed is taken off the pump, which says so.
  if (visit.over || visit.ward !== ward || visit.bed !== bed) pump.end();
  if (!random.chance(unheardShare) || pump.state === 'ended')
    world.tell({ kind: 'infusing', person: visit.person, visit, resources: [], pump: { device, name, report: pump.report() } });
  if (pump.state !== 'ended') {
    if (pump.state === 'paused') pump.start();
    else if (random.chance(occludedShare)) pump.occlude();
    world.later(world.nowMs + minutes * minuteMs, () => {
      pump.advance(minutes);
      run(world, visit, running);
    });
    return;
  }
  world.pumps.on.delete(visit);
  request.status = 'completed';
  world.tell({ kind: 'hung', person: visit.person, visit, resources: [request] });
  world.later(world.nowMs + random.between(0.2, 2) * hourMs, () => {
    if (visit.ward === 'intensive' || visit.course.severity > fluidsFrom) infuse(world, visit);
  });
}
