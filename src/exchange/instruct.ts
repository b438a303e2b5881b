// What a message says that no resource says by being there: two numbers are one patient, a visit belongs to somebody else, something
// was never so (HL7 v2.8, chapter 3, sections 3.3.24 to 3.3.51 and 3.6.2). Nothing is erased: who was merged stays, and points to who stays.
import type { Patient, Resource } from '../fhir/generated/types.ts';
import type { Instruction } from '../formats/contract.ts';
import { namedUuid } from '../methods/named-uuid.ts';
import type { Caller } from '../record/contract.ts';
import { keyOf } from './known.ts';
import type { Batch } from './lay-down.ts';
import type { Moment } from './merge.ts';

export interface Told {
  caller: Caller;
  moment: Moment;
  sender: string;
}

/** Carries it out; answers the resources that it touched. */
export async function carryOut(batch: Batch, instruction: Instruction, told: Told): Promise<string[]> {
  switch (instruction.kind) {
    case 'merge-patients':
      return mergePatients(batch, instruction.survivor, instruction.prior, told);
    case 'unlink-patients':
      return unlinkPatients(batch, instruction.one, instruction.other, told);
    case 'move':
      return move(batch, instruction, told);
    case 'delete':
      return retract(batch, instruction, told);
  }
}

/** The patient whom one of the keys means; one who was never heard of is made, so that what comes later finds who replaced them. */
async function patientOf(batch: Batch, keys: readonly string[], { caller, moment, sender }: Told): Promise<string | undefined> {
  const known = keys.map((key) => batch.meaning('Patient', keyOf(key, sender))).find((name) => name !== undefined);
  const [first] = keys;
  if (known !== undefined || first === undefined) return known;
  const id = namedUuid(sender, 'Patient', first);
  const identifier = keys.map((key) => {
    const at = key.indexOf('|');
    const system = key.slice(0, at);
    return { ...(system === '' ? {} : { system }), value: key.slice(at + 1) };
  });
  await batch.say(caller, { resource: { resourceType: 'Patient', id, identifier }, how: 'merge', byIdentifier: true }, moment);
  for (const key of keys) batch.learn('Patient', keyOf(key, sender), `Patient/${id}`);
  return `Patient/${id}`;
}

const patientSays = (name: string, rest: Partial<Patient>): Patient => ({
  resourceType: 'Patient',
  id: name.slice('Patient/'.length),
  ...rest,
});

async function mergePatients(batch: Batch, survivor: readonly string[], prior: readonly string[], told: Told): Promise<string[]> {
  const { caller, moment } = told;
  const [stays, goes] = [await patientOf(batch, survivor, told), await patientOf(batch, prior, told)];
  if (stays === undefined || goes === undefined || stays === goes) return [];
  await batch.say(
    caller,
    {
      resource: patientSays(goes, { active: false, link: [{ other: { reference: stays }, type: 'replaced-by' }] }),
      how: 'merge',
      byIdentifier: false,
    },
    moment,
  );
  await batch.say(
    caller,
    { resource: patientSays(stays, { link: [{ other: { reference: goes }, type: 'replaces' }] }), how: 'merge', byIdentifier: false },
    moment,
  );
  return [stays, goes, ...(await batch.move(caller, goes, stays, () => true))];
}

async function unlinkPatients(batch: Batch, one: readonly string[], other: readonly string[], told: Told): Promise<string[]> {
  const { caller, moment } = told;
  const names = [await patientOf(batch, one, told), await patientOf(batch, other, told)];
  const touched: string[] = [];
  for (const [index, name] of names.entries()) {
    const second = names[1 - index];
    const there = name === undefined ? null : await batch.standing(caller, name);
    if (name === undefined || second === undefined || there?.resourceType !== 'Patient') continue;
    const link = there.link?.find((each) => each.other.reference === second);
    if (link === undefined) continue;
    const revived = link.type === 'replaced-by' ? { active: true } : {};
    await batch.say(
      caller,
      { resource: patientSays(name, revived), how: 'merge', byIdentifier: false, removes: [`link.where(other.reference='${second}')`] },
      moment,
    );
    touched.push(name);
  }
  return touched;
}

async function move(batch: Batch, { type, keys, to }: Extract<Instruction, { kind: 'move' }>, told: Told): Promise<string[]> {
  const { caller, sender } = told;
  const patient = await patientOf(batch, to, told);
  const name = keys.map((key) => batch.meaning(type, keyOf(key, sender))).find((one) => one !== undefined);
  const there = name === undefined ? null : await batch.standing(caller, name);
  if (patient === undefined || name === undefined || there === null) return [];
  const from =
    there.resourceType === 'Encounter'
      ? there.subject?.reference
      : there.resourceType === 'Account'
        ? there.subject?.[0]?.reference
        : undefined;
  if (from === undefined || from === patient || !from.startsWith('Patient/')) return [];
  const about = new RegExp(`"reference":"${name}"`);
  return [
    patient,
    ...(await batch.move(
      caller,
      from,
      patient,
      (resource) => `${resource.resourceType}/${resource.id}` === name || about.test(JSON.stringify(resource)),
    )),
  ];
}

/** What says of each type that it was never so. */
const retracted: Readonly<Record<string, object>> = {
  Patient: { active: false },
  Person: { active: false },
  Practitioner: { active: false },
  Location: { status: 'inactive' },
  Organization: { active: false },
  AllergyIntolerance: {
    verificationStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'entered-in-error' }],
    },
  },
  Condition: {
    verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'entered-in-error' }] },
  },
};

async function retract(
  batch: Batch,
  { type, keys }: Extract<Instruction, { kind: 'delete' }>,
  { caller, moment, sender }: Told,
): Promise<string[]> {
  const touched: string[] = [];
  for (const key of keys) {
    const name = batch.meaning(type, keyOf(key, sender));
    const there = name === undefined ? null : await batch.standing(caller, name);
    if (name === undefined || there === null) continue;
    const resource = { resourceType: type, id: there.id, ...(retracted[type] ?? { status: 'entered-in-error' }) } as Resource;
    await batch.say(caller, { resource, how: 'merge', byIdentifier: false }, moment);
    touched.push(name);
  }
  return touched;
}
