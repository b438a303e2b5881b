// GET /medication/loop: what became of orders, of one patient or of everybody who lies on a ward now. A ward is read patient by patient,
// at most so many and for so long; who was not read is named.
import { setImmediate as rest } from 'node:timers/promises';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import { nameOf } from './labels.ts';
import { loopOf } from './loop.ts';
import type { PatientInBed, PatientLoop, WardLoop } from './loop-answers.ts';
import type { Bedside } from './scan-facts.ts';
import { patientsOnWard } from './ward-patients.ts';

const patientsMax = 60;
/** Somebody waits before a screen; the next question begins again. */
const forMs = 15_000;

export async function medicationLoop(url: string, caller: Caller, bedside: Bedside): Promise<Result<PatientLoop | WardLoop>> {
  const query = new URL(url, 'http://here').searchParams;
  const unknown = [...query.keys()].find((name) => name !== 'patient' && name !== 'ward');
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are patient, ward`);
  if (query.has('ward') && query.has('patient')) return fail('invalid', 'patient or ward, not both', 'ward');
  if (query.has('ward')) {
    const ward = /^(?:Location\/)?([A-Za-z0-9.-]{1,64})$/.exec(query.get('ward') ?? '')?.[1];
    return ward === undefined
      ? fail('invalid', 'ward is the id of a Location, such as Location/123', 'ward')
      : loopOfWard(`Location/${ward}`, caller, bedside);
  }
  const id = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/.exec(query.get('patient') ?? '')?.[1];
  if (id === undefined) return fail('invalid', 'patient is the id of a Patient, such as Patient/123', 'patient');
  return loopOf(id, caller, bedside);
}

async function loopOfWard(ward: string, caller: Caller, bedside: Bedside): Promise<Result<WardLoop>> {
  const chart = bedside.chartFor(caller);
  const there = await patientsOnWard(ward, chart);
  if (!there.ok) return there;
  const { name, patients: beds } = there.value;
  if (name === undefined) return fail('not-found', `There is no ${ward}`, 'ward');
  const byBed = [...beds].sort(([, a], [, b]) => a.localeCompare(b, 'en', { numeric: true }));
  const patients: PatientInBed[] = [];
  const notRead: WardLoop['notRead'] = [];
  const began = performance.now();
  for (const [id, bed] of byBed) {
    const late = performance.now() - began > forMs;
    if (late || patients.length + notRead.length >= patientsMax) {
      notRead.push({ patient: `Patient/${id}`, bed, why: late ? 'it took too long' : `only ${patientsMax} are read at once` });
      continue;
    }
    const [person, loop] = [await chart.read('Patient', id), await loopOf(id, caller, bedside)];
    if (!loop.ok) notRead.push({ patient: `Patient/${id}`, bed, why: loop.problem.message });
    else
      patients.push({
        bed,
        name: person.ok && person.value.resourceType === 'Patient' ? nameOf(person.value.name ?? []) : '',
        ...shown(loop.value),
      });
    await rest();
  }
  return ok({ ward, name, patients, notRead });
}

/** Orders that ended before doses are looked at, and that nothing is said of, are left out: a ward has hundreds. */
function shown(loop: PatientLoop): PatientLoop & Pick<PatientInBed, 'leftOut'> {
  const said = new Set(loop.discrepancies.flatMap(({ refs }) => refs));
  const loops = loop.loops.filter(
    ({ order, status, ended, given }) =>
      status === 'active' || status === 'on-hold' || given.length > 0 || said.has(order) || (ended?.at ?? '') >= loop.since,
  );
  return { ...loop, loops, leftOut: loop.loops.length - loops.length };
}
