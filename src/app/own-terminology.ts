// What is known of codes, the same for a command that works on the record itself as for the server: releases in the database, what comes
// with the program, and the pick lists of all knowledge folders.
import { join } from 'node:path';
import type { Database } from '../database/contract.ts';
import { ok, type Result } from '../fhir/result.ts';
import { slices } from '../record/slices.ts';
import { openLibrary } from '../terminology/library.ts';
import { listed } from '../terminology/listed.ts';
import { openTerminology, type TerminologyRoom } from '../terminology/service.ts';
import { readFhirKnowledge } from './fhir-knowledge.ts';
import { knowledgeFolders, ownKnowledge } from './knowledge-folder.ts';
import type { Settings } from './settings.ts';

export async function openOwnTerminology(database: Database, settings: Settings): Promise<Result<TerminologyRoom>> {
  const knowledge = await readFhirKnowledge(knowledgeFolders(settings));
  if (!knowledge.ok) return knowledge;
  const library = openLibrary(join(ownKnowledge, 'terminology', 'hl7.pack'));
  return ok(openTerminology(database, { library, lists: listed(knowledge.value.lists), slices, now: () => new Date() }));
}
