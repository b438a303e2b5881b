// The medical knowledge that modules use: read and checked as at a start.
import { loadModules } from '../knowledge.ts';
import { ownKnowledge } from '../knowledge-folder.ts';
import { broken, type Check, fine } from './contract.ts';

export const knowledge: Check = {
  name: 'knowledge',
  async look({ settings }) {
    const folders = settings.knowledge?.split(',').map((folder) => folder.trim()) ?? [];
    const modules = await loadModules([ownKnowledge, ...folders]);
    if (modules.ok) return [fine(`${modules.value.map(({ name }) => name).join(', ')}: fine`)];
    return [modules.problem, ...(modules.problem.also ?? [])].map(({ message, where }) =>
      broken(where === undefined ? message : `${message} (${where})`, 'mend the file: it does not start with wrong knowledge'),
    );
  },
};
