// The medical knowledge that modules use: read and checked as at a start.
import { readFhirKnowledge } from '../fhir-knowledge.ts';
import { loadModules } from '../knowledge.ts';
import { ownKnowledge } from '../knowledge-folder.ts';
import { loadMedicationKnowledge } from '../medication-knowledge.ts';
import { broken, type Check, fine } from './contract.ts';

export const knowledge: Check = {
  name: 'knowledge',
  async look({ settings }) {
    const folders = settings.knowledge?.split(',').map((folder) => folder.trim()) ?? [];
    const modules = await loadModules([ownKnowledge, ...folders]);
    const lists = await readFhirKnowledge([ownKnowledge, ...folders]);
    const drugs = await loadMedicationKnowledge([ownKnowledge, ...folders]);
    if (modules.ok && lists.ok && drugs.ok) {
      const rows = drugs.value.all('ingredients').length;
      return [fine(`${modules.value.map(({ name }) => name).join(', ')}, medication-safety (${rows} ingredients): fine`)];
    }
    const wrong = [modules, lists, drugs].flatMap((one) => (one.ok ? [] : [one.problem, ...(one.problem.also ?? [])]));
    return wrong.map(({ message, where }) =>
      broken(where === undefined ? message : `${message} (${where})`, 'mend the file: it does not start with wrong knowledge'),
    );
  },
};
