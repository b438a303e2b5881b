// What the board is made of, as it is fetched: everything once, then only what has changed. One question is under way at a time, however
// many changes come meanwhile, so that a busy hospital neither floods the server nor starves the screen.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AllergyIntolerance, Encounter, Flag, Location, Patient } from '../../../../src/fhir/generated/types.ts';
import { nextPage, search, searchAll } from '../../api/fhir.ts';
import { boardOf, type Score, scoreOf, type WardBoard, warningOf } from './board.ts';

/** Scores of so long are looked at. */
const scoreHours = 24;
const scoreCode = 'http://lamplight.example/CodeSystem/score|news2';
const present = { status: 'in-progress,arrived,triaged,onleave', class: 'IMP,EMER,ACUTE,NONAC,OBSENC,SS,FLD' };
/** Ids in one question: an address must not grow too long. */
const idsAtOnce = 60;
/** Between two questions. */
const pauseMs = 400;
/** After the server has not answered. */
const retryMs = 5000;

interface Cache {
  locations: Location[];
  encounters: Encounter[];
  patients: Map<string, Patient>;
  /** By patient, by id of the Observation. */
  scores: Map<string, Map<string, Score>>;
  scoresTo: string | undefined;
  allergies: Map<string, AllergyIntolerance[]>;
  flags: Map<string, Flag[]>;
}

const empty = (): Cache => ({
  locations: [],
  encounters: [],
  patients: new Map(),
  scores: new Map(),
  scoresTo: undefined,
  allergies: new Map(),
  flags: new Map(),
});

type Part = 'Location' | 'Encounter' | 'Observation' | 'AllergyIntolerance' | 'Flag';
const parts: readonly Part[] = ['Location', 'Encounter', 'Observation', 'AllergyIntolerance', 'Flag'];

const loads: Readonly<Record<Part, (cache: Cache) => Promise<void>>> = {
  async Location(cache) {
    cache.locations = await searchAll('Location', { _elements: 'name,partOf,physicalType,status' }, 5000);
  },
  async Encounter(cache) {
    let page = await search('Encounter', { ...present, _include: 'Encounter:patient', _count: 300 });
    const encounters = [...page.resources];
    const patients = new Map<string, Patient>();
    for (;;) {
      for (const [id, one] of page.included) if (one.resourceType === 'Patient') patients.set(id, one);
      if (page.next === undefined || encounters.length >= 3000) break;
      page = await nextPage<'Encounter'>(page.next);
      encounters.push(...page.resources);
    }
    cache.encounters = encounters;
    cache.patients = patients;
    const come = [...patients.keys()].map((id) => id.slice('Patient/'.length)).filter((id) => !cache.allergies.has(id));
    await Promise.all([allergiesOf(cache, come), flagsOf(cache, come)]);
  },
  async Observation(cache) {
    const oldest = new Date(Date.now() - scoreHours * 3600_000).toISOString();
    // A little overlap: two changes of one moment may become visible one after the other.
    const since = cache.scoresTo === undefined ? undefined : new Date(Date.parse(cache.scoresTo) - 2000).toISOString();
    const found = await searchAll(
      'Observation',
      {
        code: scoreCode,
        date: `ge${oldest}`,
        ...(since === undefined ? {} : { _lastUpdated: `ge${since}` }),
        _elements: 'status,subject,effective,value,dataAbsentReason,interpretation,note,component',
      },
      8000,
    );
    for (const one of found) {
      const patient = one.subject?.reference?.split('/').at(-1) ?? '';
      const own = cache.scores.get(patient) ?? new Map<string, Score>();
      if (one.status === 'entered-in-error') own.delete(one.id ?? '');
      else own.set(one.id ?? '', scoreOf(one));
      cache.scores.set(patient, own);
      const changed = one.meta?.lastUpdated;
      if (changed !== undefined && (cache.scoresTo === undefined || changed > cache.scoresTo)) cache.scoresTo = changed;
    }
    for (const own of cache.scores.values()) for (const [id, { at }] of own) if (at < oldest.slice(0, 19)) own.delete(id);
  },
  AllergyIntolerance: (cache) => allergiesOf(cache, ids(cache)),
  Flag: (cache) => flagsOf(cache, ids(cache)),
};

const ids = ({ patients }: Cache): string[] => [...patients.keys()].map((id) => id.slice('Patient/'.length));

async function ofPatients<R>(patients: readonly string[], ask: (some: string) => Promise<R[]>): Promise<R[]> {
  const found: R[] = [];
  for (let at = 0; at < patients.length; at += idsAtOnce) found.push(...(await ask(patients.slice(at, at + idsAtOnce).join(','))));
  return found;
}

async function allergiesOf(cache: Cache, patients: readonly string[]): Promise<void> {
  const found = await ofPatients(patients, (patient) => searchAll('AllergyIntolerance', { patient }));
  for (const id of patients) cache.allergies.set(id, []);
  for (const one of found) cache.allergies.get(one.patient.reference?.split('/').at(-1) ?? '')?.push(one);
}

async function flagsOf(cache: Cache, patients: readonly string[]): Promise<void> {
  const found = await ofPatients(patients, (patient) => searchAll('Flag', { patient }));
  for (const id of patients) cache.flags.set(id, []);
  for (const one of found) cache.flags.get(one.subject.reference?.split('/').at(-1) ?? '')?.push(one);
}

const boardIn = (cache: Cache): WardBoard[] =>
  boardOf({
    ...cache,
    warnings: new Map(
      ids(cache).flatMap((id) => {
        const warning = warningOf([...(cache.scores.get(id)?.values() ?? [])]);
        return warning === undefined ? [] : [[id, warning] as const];
      }),
    ),
  });

export interface BoardState {
  board: WardBoard[] | undefined;
  error: Error | undefined;
  /** When what is shown was fetched. */
  at: string;
  again(): void;
}

/** The board, live. */
export function useBoard(): BoardState {
  const cache = useRef(empty());
  const wanted = useRef(new Set<Part>(parts));
  const busy = useRef(false);
  const [state, setState] = useState<Omit<BoardState, 'again'>>({ board: undefined, error: undefined, at: '' });
  const alive = useRef(true);
  const run = useRef(async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    let error: Error | undefined;
    while (wanted.current.size > 0 && alive.current && error === undefined) {
      const now = parts.filter((part) => wanted.current.has(part));
      wanted.current.clear();
      try {
        for (const part of now) await loads[part](cache.current);
        if (alive.current) setState({ board: boardIn(cache.current), error: undefined, at: new Date().toISOString() });
      } catch (problem) {
        error = problem instanceof Error ? problem : new Error(String(problem));
        for (const part of now) wanted.current.add(part);
        if (alive.current) setState((before) => ({ ...before, error }));
      }
      if (error === undefined) await new Promise((done) => setTimeout(done, pauseMs));
    }
    busy.current = false;
    // Nobody should have to press a button on a board that hangs on a wall.
    if (error !== undefined && alive.current) setTimeout(() => void run.current(), retryMs);
  });
  useEffect(() => {
    alive.current = true;
    void run.current();
    return () => {
      alive.current = false;
    };
  }, []);
  const ask = (part: Part): void => {
    wanted.current.add(part);
    void run.current();
  };
  useChanged('Location', ask);
  useChanged('Encounter', ask);
  useChanged('Observation', ask);
  useChanged('AllergyIntolerance', ask);
  useChanged('Flag', ask);
  return { ...state, again: () => void run.current() };
}

/** Calls when a resource of a type has changed: the live stream asks every query again whose key begins with the type. */
function useChanged(type: Part, changed: (type: Part) => void): void {
  const { data } = useQuery({ queryKey: [type, 'ward-board'], queryFn: () => performance.now(), gcTime: 0 });
  const first = useRef(true);
  const call = useRef(changed);
  call.current = changed;
  useEffect(() => {
    if (data === undefined) return;
    if (first.current) first.current = false;
    else call.current(type);
  }, [data, type]);
}
