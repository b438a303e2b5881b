// Given this message, these are the instructions that go with it: merges, moves, links and deletions.
import { expect, test } from 'vitest';
import { told } from '../../testing/lines-told.ts';

const pair = 'PID|||1^^^NORTH||Doe^Jo\nMRG|2^^^NORTH~9^^^SOUTH||OLDACC^^^NORTH||OLDVISIT^^^NORTH||Dough^Jo';
const instructionsOf = (event: string, text = pair) => told(text, `ADT^${event}`).translation.instructions;

test('A40 makes the prior patient part of the one who stays', () => {
  const { all, became } = told(pair, 'ADT^A40');
  expect(instructionsOf('A40')).toEqual([
    { kind: 'merge-patients', survivor: ['urn:id:NORTH|1'], prior: ['urn:id:NORTH|2', 'urn:id:SOUTH|9'] },
  ]);
  expect(all('Patient').map(({ name }) => name?.[0]?.family)).toEqual(['Doe', 'Dough']);
  expect(became('MRG-7.1')).toEqual(['Patient.name[0].family']);
});

test('so do the older events and a changed identifier', () => {
  for (const event of ['A18', 'A30', 'A34', 'A36', 'A39', 'A47']) expect(instructionsOf(event)).toMatchObject([{ kind: 'merge-patients' }]);
});

test('each pair of a message has its own', () => {
  expect(instructionsOf('A40', `${pair}\nPID|||3^^^NORTH\nMRG|4^^^NORTH`)).toHaveLength(2);
});

test('nobody is merged into himself', () => {
  expect(instructionsOf('A40', 'PID|||1^^^NORTH\nMRG|1^^^NORTH')).toEqual([]);
});

test('A44 moves an account, A45 a visit, to the patient of the PID', () => {
  expect(instructionsOf('A44')).toEqual([{ kind: 'move', type: 'Account', keys: ['urn:id:NORTH|OLDACC'], to: ['urn:id:NORTH|1'] }]);
  expect(instructionsOf('A45')).toEqual([{ kind: 'move', type: 'Encounter', keys: ['urn:id:NORTH|OLDVISIT'], to: ['urn:id:NORTH|1'] }]);
});

test('A50 gives the visit another number: it is found by the old one', () => {
  const { said } = told(`${pair}\nPV1|1|I${'|'.repeat(17)}NEWVISIT^^^NORTH`, 'ADT^A50');
  const visits = told(`${pair}\nPV1|1|I${'|'.repeat(17)}NEWVISIT^^^NORTH`, 'ADT^A50').translation.resources.filter(
    ({ resource }) => resource.resourceType === 'Encounter',
  );
  expect(said('Patient').keys).toEqual(['urn:id:NORTH|1']);
  expect(visits.map(({ keys }) => keys)).toContainEqual(['urn:id:NORTH|OLDVISIT', 'urn:id:NORTH|NEWVISIT']);
});

test('A24 links two patients, A37 takes the link away, A29 takes a patient away', () => {
  const two = 'PID|||1^^^NORTH\nPID|||2^^^NORTH';
  const [one, other] = told(two, 'ADT^A24').all('Patient');
  expect(one?.link).toEqual([{ type: 'seealso', other: { reference: `Patient/${other?.id}` } }]);
  expect(instructionsOf('A37', two)).toEqual([{ kind: 'unlink-patients', one: ['urn:id:NORTH|1'], other: ['urn:id:NORTH|2'] }]);
  expect(instructionsOf('A29', 'PID|||1^^^NORTH')).toEqual([{ kind: 'delete', type: 'Patient', keys: ['urn:id:NORTH|1'] }]);
});
