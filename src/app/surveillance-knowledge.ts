// Syndromes, notifiable conditions and areas from their folders: what comes with the program, then what a site has beside or instead.
import { fail, ok, type Result } from '../fhir/result.ts';
import { type Areas, ageBands, type SurveillanceKnowledge } from '../gateways/surveillance/contract.ts';
import { classifierOf } from '../methods/syndrome/classify.ts';
import type { Syndrome } from '../methods/syndrome/contract.ts';
import { readNotifiables } from '../methods/syndrome/notifiable.ts';
import { isFields, readComplaintWords, readSyndrome } from '../methods/syndrome/syndrome-file.ts';
import { jsonKnowledge } from './json-knowledge.ts';

const apart = ['schema', 'complaint-words', 'notifiable', 'areas'];

/** A retired syndrome is left out. */
export function loadSurveillanceKnowledge(folders: readonly string[]): Result<SurveillanceKnowledge> {
  const files = jsonKnowledge(folders, 'surveillance');
  const words = files.read('complaint-words', readComplaintWords);
  if (!words.ok) return words;
  const notifiable = files.read('notifiable', readNotifiables);
  if (!notifiable.ok) return notifiable;
  const areas = files.read('areas', readAreas);
  if (!areas.ok) return areas;
  const syndromes: Syndrome[] = [];
  for (const name of files.others(apart)) {
    const syndrome = files.read(name, readSyndrome);
    if (!syndrome.ok) return syndrome;
    if (syndrome.value.status !== 'retired') syndromes.push(syndrome.value);
  }
  return ok({ syndromes, classifier: classifierOf(words.value, syndromes), notifiable: notifiable.value, areas: areas.value });
}

const isPeople = (value: unknown): boolean =>
  isFields(value) && ageBands.every((band) => typeof value[band] === 'number' && value[band] >= 0);
const isAreas = (file: Record<string, unknown>): file is Record<string, unknown> & Areas =>
  file['kind'] === 'areas' &&
  typeof file['says'] === 'string' &&
  typeof file['made_up'] === 'boolean' &&
  isFields(file['standard']) &&
  typeof file['standard']['name'] === 'string' &&
  isPeople(file['standard']['population']) &&
  Array.isArray(file['areas']) &&
  file['areas'].every(
    (each) =>
      isFields(each) &&
      typeof each['area'] === 'string' &&
      typeof each['name'] === 'string' &&
      typeof each['x'] === 'number' &&
      typeof each['y'] === 'number' &&
      isPeople(each['population']),
  );

const readAreas = (file: unknown): Result<Areas> =>
  isFields(file) && isAreas(file)
    ? ok(file)
    : fail('invalid', `these are no areas: each needs area, name, x, y and its population by ${ageBands.join(', ')}`);
