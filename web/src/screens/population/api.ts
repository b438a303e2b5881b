// Registries and care gaps as the screen asks for them (src/gateways/population/routes.ts).
import type {
  Facet,
  Listed,
  ListRow,
  OfPatient,
  OneRegistry,
  OverviewShown,
  Patients,
  Point,
  Rate,
  Rates,
  Share,
} from '../../../../src/gateways/population/answers.ts';
import type { Outcome } from '../../../../src/methods/care-gaps/contract.ts';
import type { Interval } from '../../../../src/methods/proportion-interval.ts';
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type { Facet, Interval, Listed, ListRow, Outcome, Point, Rate, Rates, Share };

export type ListWish = Partial<Record<'gap' | 'outcome' | 'clinic' | 'practitioner' | 'area', string | undefined>>;

const known = (wish: ListWish): Record<string, string> =>
  Object.fromEntries(Object.entries(wish).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
const at = (name: string): string => `/population/registries/${encodeURIComponent(name)}`;

export const overviewOf = (months: number): Promise<OverviewShown> => ask(`/population/registries${query({ months: String(months) })}`);
export const oneOf = (name: string): Promise<OneRegistry> => ask(at(name));
export const ratesOf = (name: string): Promise<Rates> => ask(`${at(name)}/rates`);
export const patientsOf = (name: string, wish: ListWish): Promise<Patients> => ask(`${at(name)}/patients${query(known(wish))}`);
export const gapsOfPatient = (id: string): Promise<OfPatient> => ask(`/population/patient/${encodeURIComponent(id)}`);
