import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listed } from '../terminology/listed.ts';
import { readFhirKnowledge } from './fhir-knowledge.ts';
import { ownKnowledge } from './knowledge-folder.ts';

let site: string;
beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'knowledge-'));
});
afterEach(() => rmSync(site, { recursive: true }));

function put(subject: string, name: string, resource: unknown): void {
  mkdirSync(join(site, subject), { recursive: true });
  writeFileSync(join(site, subject, name), typeof resource === 'string' ? resource : JSON.stringify(resource));
}
const problems = { resourceType: 'ValueSet', id: 'own', url: 'http://lamplight.example/ValueSet/problems', status: 'active' };

describe('knowledge that is FHIR', () => {
  it('comes with questionnaires and pick lists', async () => {
    const read = await readFhirKnowledge([ownKnowledge]);
    if (!read.ok) throw new Error(read.problem.message);
    expect(read.value.questionnaires.map(({ id }) => id)).toEqual(expect.arrayContaining(['phq-9', 'gad-7']));
    const lists = listed(read.value.lists);
    expect(await lists.valueSet('http://lamplight.example/ValueSet/allergens')).toMatchObject({ id: 'allergens' });
    expect(await lists.valueSet('http://lamplight.example/ValueSet/allergens|0.1')).toBeUndefined();
    expect(await lists.codeSystem('http://lamplight.example/CodeSystem/allergen')).toMatchObject({ content: 'complete' });
  });

  it("has a site's own beside them, and in place of one with the same address", async () => {
    put('questionnaires', 'falls.json', { resourceType: 'Questionnaire', id: 'falls', url: 'http://site.example/falls', status: 'active' });
    put('pick-lists', 'problems.json', problems);
    const read = await readFhirKnowledge([ownKnowledge, site]);
    if (!read.ok) throw new Error(read.problem.message);
    expect(read.value.questionnaires.map(({ id }) => id)).toEqual(expect.arrayContaining(['phq-9', 'falls']));
    expect(await listed(read.value.lists).valueSet(problems.url)).toMatchObject({ id: 'own' });
  });

  it.each([
    ['what is no JSON', '{', 'cannot be read as JSON'],
    ['what is no resource', { resourceType: 'ValueSet', id: 'x', url: 'http://x', status: 'often' }, 'pick-lists'],
    ['what belongs elsewhere', { resourceType: 'Patient', id: 'x' }, 'does not belong into pick-lists'],
    ['what has no address', { resourceType: 'ValueSet', id: 'x', status: 'active' }, 'give it an id and a url'],
  ])('refuses %s, with the name of the file', async (_what, resource, words) => {
    put('pick-lists', 'wrong.json', resource);
    const read = await readFhirKnowledge([site]);
    expect(read).toMatchObject({ ok: false, problem: { where: join(site, 'pick-lists', 'wrong.json') } });
    expect(read.ok ? '' : read.problem.message).toContain(words);
  });
});
