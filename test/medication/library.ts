// The knowledge that comes with the program, read once for the tests of medication safety, and the day on which they ask.
import { join } from 'node:path';
import { loadMedicationKnowledge } from '../../src/app/medication-knowledge.ts';
import { libraryOf } from '../../src/modules/medication-safety/library.ts';

const loaded = await loadMedicationKnowledge([join(import.meta.dirname, '..', '..', 'knowledge')]);
if (!loaded.ok) throw new Error(loaded.problem.message);

export const library = libraryOf(loaded.value);
export const asOfMs = Date.parse('2026-11-22T12:00:00Z');
