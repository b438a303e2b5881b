// The board as pure logic: which beds a ward has, who is in them, and what the early-warning scores say. Two systems that name the same bed
// of the same ward mean one bed, whatever their ids.
import type { AllergyIntolerance, Encounter, Flag, Location, Observation, Patient } from '../../../../src/fhir/generated/types.ts';
import { allergyWords } from '../../parts/patient-banner.tsx';
import { conceptOf, nameOf } from '../../parts/words.ts';

export interface Score {
  /** Undefined: it could not be counted. */
  points: number | undefined;
  at: string;
  /** `low`, `medium`, `high`, as the module says; empty where it says nothing. */
  level: string;
  /** Parts that gave points, the most first: `Respiration rate 26 /min: 3`. */
  why: string[];
  /** Why there is none. */
  absent: string | undefined;
}

export interface Warning {
  now: Score;
  /** Oldest first, the current one last. */
  points: (number | undefined)[];
  trend: 'up' | 'down' | 'same' | undefined;
  before: number | undefined;
  /** Since when the level is what it is. */
  since: string;
}

export interface Occupant {
  encounter: string;
  patient: string;
  name: string;
  born: string | undefined;
  sex: string | undefined;
  number: string;
  from: string | undefined;
  expected: string | undefined;
  reason: string;
  doctor: string;
  warning: Warning | undefined;
  /** Undefined: not read yet. */
  allergies: string[] | undefined;
  noAllergies: boolean;
  isolation: string[];
  flags: string[];
}

export interface Bed {
  key: string;
  label: string;
  occupants: Occupant[];
}

export interface WardBoard {
  name: string;
  beds: Bed[];
  /** How many beds there are, however many are shown. */
  size: number;
  taken: number;
  emergency: boolean;
}

const expectedEnd = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate';
const kindOf = (location: Location): string => location.physicalType?.coding?.[0]?.code ?? '';
const plain = (text: string): string => text.trim().toLocaleLowerCase().replace(/\s+/g, ' ');
/** `Medical Ward, bed 7` on the Medical Ward is `Bed 7`. */
export function bedLabel(bed: string, ward: string): string {
  const rest = plain(bed).startsWith(plain(ward)) ? bed.slice(ward.length).replace(/^[\s,:-]+/, '') : bed;
  return rest === '' ? bed : rest.charAt(0).toLocaleUpperCase() + rest.slice(1);
}

/** Whole numbers in a text count as numbers: bed 2 stands before bed 10. */
const byName = new Intl.Collator(undefined, { numeric: true }).compare;

interface Place {
  ward: string;
  bed: string | undefined;
}

/** Ward and bed of a location, by its parents. */
export function placeOf(id: string | undefined, locations: ReadonlyMap<string, Location>, display?: string): Place | undefined {
  let bed: string | undefined;
  let at = id === undefined ? undefined : locations.get(id);
  for (let depth = 0; at !== undefined && depth < 8; depth++) {
    const name = at.name ?? '';
    if (kindOf(at) === 'bd') bed = name;
    else if (kindOf(at) === 'wa') return { ward: name, bed };
    at = at.partOf?.reference === undefined ? undefined : locations.get(at.partOf.reference);
  }
  return bed === undefined && display === undefined ? undefined : { ward: 'Ward not named', bed: bed ?? display };
}

export interface Known {
  locations: readonly Location[];
  encounters: readonly Encounter[];
  patients: ReadonlyMap<string, Patient>;
  warnings: ReadonlyMap<string, Warning>;
  allergies: ReadonlyMap<string, AllergyIntolerance[]>;
  flags: ReadonlyMap<string, Flag[]>;
}

/** The board: wards by name, the emergency department first; beds by number; those without a bed behind them. */
export function boardOf({ locations, encounters, patients, warnings, allergies, flags }: Known): WardBoard[] {
  const byId = new Map(locations.map((one) => [`Location/${one.id ?? ''}`, one]));
  const wards = new Map<string, { name: string; beds: Map<string, Bed>; emergency: boolean }>();
  const wardOf = (name: string) => {
    const ward = wards.get(plain(name)) ?? { name, beds: new Map<string, Bed>(), emergency: /emergency|accident/i.test(name) };
    wards.set(plain(name), ward);
    return ward;
  };
  const bedOf = ({ ward: name, bed }: Place): Bed => {
    const ward = wardOf(name);
    const label = bed === undefined ? 'No bed yet' : bedLabel(bed, name);
    const key = `${plain(name)}|${bed === undefined ? '~' : plain(label)}`;
    const known = ward.beds.get(key) ?? { key, label, occupants: [] };
    ward.beds.set(key, known);
    return known;
  };
  for (const location of locations) {
    if (location.status === 'inactive' || kindOf(location) !== 'bd') continue;
    const place = placeOf(`Location/${location.id ?? ''}`, byId);
    if (place !== undefined && place.ward !== 'Ward not named') bedOf(place);
  }
  for (const encounter of encounters) {
    const current = (encounter.location ?? []).filter(({ status }) => status === undefined || status === 'active').at(-1);
    const place = placeOf(current?.location.reference, byId, current?.location.display) ?? { ward: 'No ward named', bed: undefined };
    const patient = patients.get(encounter.subject?.reference ?? '');
    if (patient !== undefined) bedOf(place).occupants.push(occupantOf(encounter, patient, { warnings, allergies, flags }));
  }
  return [...wards.values()]
    .map(({ name, beds, emergency }) => ({
      name,
      emergency,
      beds: [...beds.values()].sort((a, b) => Number(a.key.endsWith('|~')) - Number(b.key.endsWith('|~')) || byName(a.label, b.label)),
      size: [...beds.values()].filter(({ key }) => !key.endsWith('|~')).length,
      taken: [...beds.values()].filter(({ key, occupants }) => !key.endsWith('|~') && occupants.length > 0).length,
    }))
    .filter(({ beds }) => beds.length > 0)
    .sort((a, b) => Number(b.emergency) - Number(a.emergency) || byName(a.name, b.name));
}

function occupantOf(encounter: Encounter, patient: Patient, known: Pick<Known, 'warnings' | 'allergies' | 'flags'>): Occupant {
  const id = patient.id ?? '';
  const allergies = known.allergies.get(id);
  const said = allergies === undefined ? undefined : allergyWords(allergies);
  const active = (known.flags.get(id) ?? []).filter(({ status }) => status === 'active');
  const isolates = (flag: Flag): boolean =>
    [flag.code, ...(flag.category ?? [])].some((one) => /isolation|infection control/i.test(conceptOf(one)));
  return {
    encounter: encounter.id ?? '',
    patient: id,
    name: nameOf(patient.name),
    born: patient.birthDate,
    sex: patient.gender,
    number: patient.identifier?.[0]?.value ?? '',
    from: encounter.period?.start,
    expected: encounter.extension?.find(({ url }) => url === expectedEnd)?.valueDateTime,
    reason: conceptOf(encounter.reasonCode?.[0]),
    doctor: encounter.participant?.find(({ type }) => type?.some((one) => one.coding?.[0]?.code === 'ATND'))?.individual?.display ?? '',
    warning: known.warnings.get(id),
    allergies: said?.known,
    noAllergies: said?.none === true,
    isolation: active.filter(isolates).map(({ code }) => conceptOf(code).replace(/^isolation:\s*/i, '')),
    flags: active.filter((flag) => !isolates(flag)).map(({ code }) => conceptOf(code)),
  };
}

/** One early-warning score out of its Observation. */
export function scoreOf(observation: Observation): Score {
  const value = observation.valueQuantity?.value;
  const note = observation.note?.[0]?.text ?? '';
  const why = (observation.component ?? [])
    .map(({ code, valueQuantity }) => ({ title: conceptOf(code), points: Number(valueQuantity?.value ?? 0) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ title, points }) => {
      const start = note.indexOf(`${title} `);
      const measured =
        start === -1 ? '' : (/^(.*?)(?: at \d{4}-| ?, (?:scale|Scale)|: \d)/.exec(note.slice(start + title.length + 1))?.[1] ?? '');
      return `${title}${measured === '' ? '' : ` ${measured}`}: ${points}`;
    });
  return {
    points: value === undefined ? undefined : Number(value),
    at: observation.effectiveDateTime ?? '',
    level: /^[a-z]+/i.exec(observation.interpretation?.[0]?.text ?? '')?.[0]?.toLowerCase() ?? '',
    why,
    absent: observation.dataAbsentReason?.text,
  };
}

/** `scores` of one patient in any order. */
export function warningOf(scores: readonly Score[]): Warning | undefined {
  const ordered = [...scores].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const now = ordered.at(-1);
  if (now === undefined) return undefined;
  let since = now.at;
  for (let at = ordered.length - 2; at >= 0 && ordered[at]?.level === now.level; at--) since = ordered[at]?.at ?? since;
  // Against what was about an hour before or longer: two sets within minutes are one finding.
  const earlier = ordered.filter((one) => one.points !== undefined && Date.parse(now.at) - Date.parse(one.at) >= 50 * 60_000).at(-1);
  const before = earlier?.points;
  const change = now.points === undefined || before === undefined ? undefined : now.points - before;
  return {
    now,
    points: ordered.slice(-12).map(({ points }) => points),
    trend: change === undefined ? undefined : change > 0 ? 'up' : change < 0 ? 'down' : 'same',
    before,
    since,
  };
}

/** The sickest first; who has no score is behind who has one of 0. */
export const urgency = ({ warning }: Occupant): number => (warning === undefined ? -2 : (warning.now.points ?? -1));
