import { describe, expect, it } from 'vitest';
import type { ResourceType } from '../../fhir/generated/types.ts';
import { moduleGraph } from './module-graph.ts';

const module = (name: string, watches: ResourceType[], emits: ResourceType[]) => ({
  name,
  question: `What does ${name} say?`,
  watches,
  emits,
});

describe('the graph of modules', () => {
  it('says what each watches and emits, and whom it wakes', () => {
    const { text, circle } = moduleGraph([
      module('early-warning', ['Observation'], ['Observation']),
      module('calls', ['Encounter'], ['Task']),
      module('round', ['Task', 'Observation'], ['List']),
    ]);
    expect(circle).toBeUndefined();
    expect(text.split('\n')).toEqual([
      'early-warning: Observation → Observation   What does early-warning say?',
      '  watches its own kind and passes over its own conclusions',
      '  wakes round by Observation',
      'calls: Encounter → Task   What does calls say?',
      '  wakes round by Task',
      'round: Task, Observation → List   What does round say?',
    ]);
  });

  it('finds a circle, and allows a module that watches its own kind', () => {
    const a = module('a', ['Observation'], ['Flag']);
    const b = module('b', ['Flag'], ['Task']);
    const c = module('c', ['Task'], ['Observation']);
    expect(moduleGraph([a, b, c]).circle).toEqual(['a', 'b', 'c', 'a']);
    expect(moduleGraph([c, a]).circle).toBeUndefined();
    expect(moduleGraph([module('own', ['Observation'], ['Observation'])]).circle).toBeUndefined();
    expect(moduleGraph([module('x', ['Observation'], ['Observation']), module('y', ['Observation'], ['Observation'])]).circle).toEqual([
      'x',
      'y',
      'x',
    ]);
  });

  it('knows that the Provenance of every module wakes who watches Provenance', () => {
    const inspector = module('inspector', ['Provenance'], ['Task']);
    expect(moduleGraph([module('a', ['Observation'], ['Flag']), inspector]).circle).toBeUndefined();
    expect(moduleGraph([module('a', ['Task'], ['Flag']), inspector]).circle).toEqual(['a', 'inspector', 'a']);
  });
});
