// All screens, in the order of the navigation.
import type { Role } from '../app/roles.ts';
import type { Screen } from './contract.ts';

const care: readonly Role[] = ['administrator', 'clinician', 'nurse', 'pharmacist'];
const everyone: readonly Role[] = [...care, 'analyst', 'records-officer', 'patient'];

export const screens: readonly Screen[] = [
  {
    path: 'work',
    name: 'My work',
    says: 'What is due, new results, what you have not signed, alerts for your patients; for administrators, how the house runs',
    key: 'w',
    roles: care,
    load: () => import('./work/work.tsx'),
  },
  {
    path: 'patients',
    name: 'Patients',
    says: 'Find a patient by name, number or date of birth, and open the chart',
    key: 'p',
    roles: everyone,
    load: () => import('./patients/patients.tsx'),
  },
  {
    path: 'chart',
    name: 'Chart',
    says: 'One patient: timeline, results, problems, medication, documents',
    key: 'c',
    roles: everyone,
    load: () => import('./chart/chart.tsx'),
    below: ['$patient'],
  },
  {
    path: 'record',
    name: 'Documentation',
    says: 'Write into one chart: vital signs, notes, allergies, problems, forms',
    key: 'd',
    roles: care,
    load: () => import('./record/record.tsx'),
    below: ['$patient'],
  },
  {
    path: 'orders',
    name: 'Orders',
    says: 'Order medication for one patient: checked while it is typed, signed with reasons',
    key: 'o',
    roles: ['administrator', 'clinician'],
    load: () => import('./orders/orders.tsx'),
  },
  {
    path: 'verification',
    name: 'Verification',
    says: 'The pharmacist’s queue: signed orders with their alerts and reasons, to verify or return',
    key: 'v',
    roles: ['administrator', 'pharmacist'],
    load: () => import('./verification/verification.tsx'),
  },
  {
    path: 'bedside',
    name: 'Bedside',
    says: 'Give medication: what is due, scan wristband and drug, the record of 24 hours',
    key: 'b',
    roles: ['administrator', 'clinician', 'nurse'],
    load: () => import('./bedside/bedside.tsx'),
  },
  {
    path: 'governance',
    name: 'Alert rules',
    says: 'Rules of medication safety: how often each interrupts and is overridden, tried over past orders, changed with signatures',
    key: 'g',
    roles: [...care, 'analyst', 'records-officer'],
    load: () => import('./governance/governance.tsx'),
  },
  {
    path: 'ward',
    name: 'Wards',
    says: 'Every bed: who is in it, how ill and since when, who waits, who is expected to go',
    key: 'r',
    roles: care,
    load: () => import('./ward/ward.tsx'),
  },
  {
    path: 'interfaces',
    name: 'Interfaces',
    says: 'Messages of other systems: what came, what waits and why, what became of every leaf',
    key: 'i',
    roles: ['administrator', 'records-officer'],
    load: () => import('./interfaces/interfaces.tsx'),
  },
  {
    path: 'explorer',
    name: 'Data explorer',
    says: 'Search any type of resource, see it as a table, count it over time, export all of it',
    key: 'e',
    roles: [...care, 'analyst', 'records-officer'],
    load: () => import('./explorer/explorer.tsx'),
  },
  {
    path: 'administration',
    name: 'Administration',
    says: 'Accounts, settings, jobs, terminology, backups, and who looked at what',
    key: 'a',
    roles: ['administrator', 'records-officer'],
    load: () => import('./administration/administration.tsx'),
  },
];
