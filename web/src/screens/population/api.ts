// Registries and care gaps as the screen asks for them (src/gateways/population/routes.ts).
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type Outcome = 'met' | 'gap' | 'unknown' | 'excluded';
export interface Interval {
  share: number;
  low: number;
  high: number;
}
export interface Share {
  met: number | null;
  gap: number | null;
  unknown: number | null;
  excluded: number | null;
  share: Interval | null;
}
export interface Point extends Share {
  day: string;
  members: number | null;
  unsure: number | null;
}
export interface Listed {
  name: string;
  title: string;
  question: string;
  version: string;
  status: string;
  reviewer: string;
  gaps: { id: string; title: string }[];
  trend: Point[];
}
export interface Overview {
  today: string;
  at: string;
  position: string;
  /** May see lists of everybody. */
  rows: boolean;
  registries: Listed[];
}
export interface Source {
  agency: string;
  year: number;
  title: string;
  section: string;
}
export interface Gap {
  id: string;
  title: string;
  action: string;
  says: string;
  source: Source;
}
export type Facet = 'clinic' | 'practitioner' | 'area';
export interface One {
  registry: Omit<Listed, 'gaps' | 'trend'> & { source: Source; limits: string; gaps: Gap[] };
  today: string;
  at: string;
  position: string;
  members: number | null;
  unsure: number | null;
  rows: boolean;
  gaps: (Share & { id: string; by: Record<Facet, { value: string; share: Share }[]> })[];
}
export interface Rate {
  value: number;
  lower: number;
  upper: number;
}
export interface Rates {
  title: string;
  today: string;
  at: string;
  per: number;
  madeUp: boolean;
  says: string;
  standard: string;
  rows: {
    area: string;
    name: string | null;
    members: number | null;
    onRecord: number | null;
    population: number | null;
    crude: number | null;
    standardised: Rate | null;
    ofRecord: Rate | null;
  }[];
}
export interface ListRow {
  patient: string;
  mrn: string;
  name: string;
  born: string;
  phone: string;
  clinic: string;
  practitioner: string;
  outcome: Outcome;
  reason: string;
  last: string | null;
  value: number | null;
  due: string | null;
}
export interface Patients {
  gap: Gap;
  today: string;
  from: 'export' | 'record';
  rows: ListRow[];
  more: boolean;
}
export interface OfPatient {
  today: string;
  cut: string[];
  registries: {
    name: string;
    title: string;
    status: string;
    member: 'yes' | 'unsure';
    gaps: {
      gap: string;
      title: string;
      action: string;
      source: string;
      outcome: Outcome;
      reason: string;
      last: string | null;
      value: number | null;
      due: string | null;
    }[];
  }[];
}
export type ListWish = Partial<Record<'gap' | 'outcome' | 'clinic' | 'practitioner' | 'area', string | undefined>>;

const known = (wish: ListWish): Record<string, string> =>
  Object.fromEntries(Object.entries(wish).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
const at = (name: string): string => `/population/registries/${encodeURIComponent(name)}`;

export const overviewOf = (months: number): Promise<Overview> => ask(`/population/registries${query({ months: String(months) })}`);
export const oneOf = (name: string): Promise<One> => ask(at(name));
export const ratesOf = (name: string): Promise<Rates> => ask(`${at(name)}/rates`);
export const patientsOf = (name: string, wish: ListWish): Promise<Patients> => ask(`${at(name)}/patients${query(known(wish))}`);
export const gapsOfPatient = (id: string): Promise<OfPatient> => ask(`/population/patient/${encodeURIComponent(id)}`);
