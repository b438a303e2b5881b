import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ResourceType, resourceTypes } from '../fhir/generated/types.ts';
import { type Action, actions, type Person, type Role, roles } from './contract.ts';
import { decide } from './decide.ts';
import { classOf, isShared, resourceClasses } from './resource-classes.ts';
import { decideTrail } from './trail.ts';

const someone = (role: Role, more: Partial<Person> = {}): Person => ({
  id: '01890000-0000-7000-8000-000000000001',
  name: 'someone',
  role,
  ...(role === 'patient' ? { patients: ['p1'] } : {}),
  ...more,
});
const may = (person: Person, action: Action, type: ResourceType): boolean => decide(person, 'TREAT', action, type).allowed;
const reads = ['read', 'search', 'history'] as const;
const writes = ['create', 'update', 'delete'] as const;
const bound = [...resourceClasses.clinical, ...resourceClasses.orders, ...resourceClasses.financial];

describe('the roles', () => {
  test('an administrator may do everything, except to change or remove what was written down about who did what', () => {
    for (const type of resourceTypes) {
      for (const action of actions) {
        const alters = action === 'update' || action === 'delete';
        const written = type === 'AuditEvent' || type === 'Provenance';
        expect(may(someone('administrator'), action, type), `${action} ${type}`).toBe(!(alters && written));
      }
    }
  });

  test('nobody updates or deletes an AuditEvent or a Provenance', () => {
    for (const role of roles)
      for (const type of ['AuditEvent', 'Provenance'] as const)
        for (const action of ['update', 'delete'] as const)
          expect(may(someone(role), action, type), `${role} ${action} ${type}`).toBe(false);
  });

  test('a clinician treats, orders, and reads bills and the directory, but not the audit trail', () => {
    const clinician = someone('clinician');
    for (const type of [...resourceClasses.clinical, ...resourceClasses.orders]) {
      for (const action of [...reads, ...writes]) expect(may(clinician, action, type), `${action} ${type}`).toBe(true);
      expect(may(clinician, 'export', type)).toBe(false);
    }
    for (const type of [...resourceClasses.shared, ...resourceClasses.financial]) {
      for (const action of reads) expect(may(clinician, action, type)).toBe(true);
      for (const action of writes) expect(may(clinician, action, type)).toBe(false);
    }
    for (const action of actions) expect(may(clinician, action, 'AuditEvent')).toBe(false);
  });

  test('a nurse records and orders, but neither prescribes nor deletes', () => {
    const nurse = someone('nurse');
    expect(may(nurse, 'create', 'Observation')).toBe(true);
    expect(may(nurse, 'update', 'ServiceRequest')).toBe(true);
    expect(may(nurse, 'search', 'MedicationRequest')).toBe(true);
    expect(may(nurse, 'create', 'MedicationRequest')).toBe(false);
    expect(may(nurse, 'update', 'MedicationRequest')).toBe(false);
    for (const type of resourceTypes) expect(may(nurse, 'delete', type)).toBe(false);
  });

  test('a pharmacist reads the chart and writes what concerns medicines', () => {
    const pharmacist = someone('pharmacist');
    for (const type of resourceClasses.clinical) for (const action of reads) expect(may(pharmacist, action, type)).toBe(true);
    const written = resourceTypes.filter((type) => may(pharmacist, 'update', type));
    expect(written).toEqual([
      'DetectedIssue',
      'Medication',
      'MedicationAdministration',
      'MedicationDispense',
      'MedicationKnowledge',
      'MedicationRequest',
      'MedicationStatement',
      'Task',
    ]);
  });

  test('an analyst reads and exports, and writes nothing', () => {
    const analyst = someone('analyst');
    for (const type of bound) for (const action of [...reads, 'export'] as const) expect(may(analyst, action, type)).toBe(true);
    for (const type of resourceTypes) for (const action of writes) expect(may(analyst, action, type)).toBe(false);
    expect(may(analyst, 'read', 'AuditEvent')).toBe(false);
  });

  test('a records officer reads everything with its trail, mends identities and documents, and deletes', () => {
    const officer = someone('records-officer');
    for (const type of resourceTypes) for (const action of reads) expect(may(officer, action, type)).toBe(true);
    for (const type of bound) expect(may(officer, 'delete', type)).toBe(true);
    for (const type of ['Patient', 'Consent', 'DocumentReference', 'Task'] as const) expect(may(officer, 'update', type)).toBe(true);
    for (const type of ['Observation', 'MedicationRequest', 'Claim'] as const) expect(may(officer, 'update', type)).toBe(false);
    expect(may(officer, 'delete', 'AuditEvent')).toBe(false);
  });

  test('a patient only reads: their own rows, and what is shared', () => {
    const patient = someone('patient');
    for (const type of bound)
      for (const action of reads) expect(decide(patient, 'PATRQT', action, type)).toEqual({ allowed: true, scope: { patients: ['p1'] } });
    for (const type of resourceClasses.shared) for (const action of reads) expect(may(patient, action, type)).toBe(true);
    for (const type of resourceTypes) for (const action of [...writes, 'export'] as const) expect(may(patient, action, type)).toBe(false);
    for (const type of ['AuditEvent', 'Provenance', 'Subscription'] as const) expect(may(patient, 'read', type)).toBe(false);
  });

  test('a patient account without a patient sees nothing', () => {
    for (const patients of [undefined, []]) {
      for (const type of resourceTypes)
        for (const action of actions) expect(may(someone('patient', { patients }), action, type)).toBe(false);
    }
  });

  test('another program reads and writes what is bound and shared, and says where it came from', () => {
    const system = someone('system');
    for (const type of [...bound, ...resourceClasses.shared])
      for (const action of actions) expect(may(system, action, type), `${action} ${type}`).toBe(action !== 'import');
    for (const role of roles) expect(may(someone(role), 'import', 'Patient'), role).toBe(role === 'administrator');
    expect(may(system, 'create', 'Provenance')).toBe(true);
    expect(may(system, 'read', 'AuditEvent')).toBe(false);
    expect(may(system, 'update', 'AuditEvent')).toBe(false);
  });
});

test('the audit trail is read by administrators and records officers, the latter as far as their organisations go', () => {
  expect(roles.filter((role) => decideTrail(someone(role), 'HOPERAT').allowed)).toEqual(['administrator', 'records-officer']);
  expect(decideTrail(someone('records-officer', { organisations: ['north'] }), 'HOPERAT')).toEqual({
    allowed: true,
    scope: { organisations: ['north'] },
  });
});

describe('the rows', () => {
  test('organisations and patients of the person bound everything except what is shared', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...roles),
        fc.constantFrom(...actions),
        fc.constantFrom(...resourceTypes),
        fc.option(fc.array(fc.string(), { minLength: 1 }), { nil: undefined }),
        fc.option(fc.array(fc.string(), { minLength: 1 }), { nil: undefined }),
        (role, action, type, organisations, patients) => {
          const decision = decide({ ...someone(role), organisations, patients }, 'TREAT', action, type);
          if (!decision.allowed) return;
          const given = Object.fromEntries(Object.entries({ organisations, patients }).filter(([, value]) => value !== undefined));
          expect(decision.scope).toEqual(isShared(type) ? {} : given);
        },
      ),
    );
  });

  test('an empty list of organisations is a bound that nothing meets, not the lack of one', () => {
    expect(decide(someone('clinician', { organisations: [] }), 'TREAT', 'read', 'Patient')).toEqual({
      allowed: true,
      scope: { organisations: [] },
    });
  });
});

describe('restrictions', () => {
  test('never add and all must hold', () => {
    const restriction = fc.record({
      kind: fc.constant('types' as const),
      types: fc.subarray([...resourceTypes]),
      actions: fc.subarray([...actions]),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...roles),
        fc.array(restriction),
        fc.constantFrom(...actions),
        fc.constantFrom(...resourceTypes),
        (role, restrictions, action, type) => {
          const all = restrictions.every((one) => one.types.includes(type) && one.actions.includes(action));
          expect(may(someone(role, { restrictions }), action, type)).toBe(all && may(someone(role), action, type));
        },
      ),
    );
  });
});

test('a refusal names the role, the action and the type, and nothing of the person', () => {
  fc.assert(
    fc.property(fc.constantFrom(...roles), fc.constantFrom(...actions), fc.constantFrom(...resourceTypes), (role, action, type) => {
      const decision = decide(someone(role, { name: 'Doe-secret', patients: ['Doe-secret'] }), 'TREAT', action, type);
      if (!decision.allowed) expect(decision.why).not.toContain('Doe-secret');
      expect(classOf(type)).toBeDefined();
    }),
  );
});
