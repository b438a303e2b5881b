import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../fhir/generated/types.ts';
import { ok } from '../fhir/result.ts';
import type { BandedScore } from '../methods/banded-score.ts';
import { loadModules } from './knowledge.ts';
import { ownKnowledge } from './knowledge-folder.ts';

const news2 = JSON.parse(readFileSync(join(ownKnowledge, 'deterioration', 'news2.json'), 'utf8')) as BandedScore;
let site: string;

beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'lamplight-knowledge-'));
});
afterEach(() => rmSync(site, { recursive: true }));

function save(file: string, content: object | string): void {
  mkdirSync(join(site, 'deterioration'), { recursive: true });
  writeFileSync(join(site, 'deterioration', file), typeof content === 'string' ? content : JSON.stringify(content));
}

/** The scores that the modules make of one respiration rate, by the knowledge that they name. */
async function knowledgeUsed(...folders: string[]): Promise<string[]> {
  const modules = await loadModules(folders);
  if (!modules.ok) throw new Error(modules.problem.message);
  const respiration: Observation = {
    resourceType: 'Observation',
    id: 'r',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '9279-1' }] },
    subject: { reference: 'Patient/ada' },
    effectiveDateTime: '2026-11-22T08:00:00Z',
    valueQuantity: { value: 16, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  };
  const chart = { read: async () => ok(respiration), search: async () => ok([respiration]) };
  const change = { position: 1n, operation: 'create' as const, type: 'Observation' as const, id: 'r', version: 1, after: respiration };
  const conclusions = await Promise.all(modules.value.map((module) => module.follow?.(change, chart) ?? []));
  return conclusions.flat().map((conclusion) => conclusion.knowledge);
}

describe('loading knowledge', () => {
  it('finds what comes with the program', async () => {
    expect(await knowledgeUsed(ownKnowledge)).toEqual([`news2 ${news2.version}`]);
  });

  it("lets a site's folder replace a score by its name, add one, or retire one", async () => {
    save('mine.json', { ...news2, version: '2099.1' });
    save('other.json', { ...news2, name: 'ours', code: { ...news2.code, code: 'ours' }, version: '1' });
    expect(await knowledgeUsed(ownKnowledge, site)).toEqual(['news2 2099.1', 'ours 1']);
    save('mine.json', { ...news2, status: 'retired' });
    expect(await knowledgeUsed(ownKnowledge, site)).toEqual(['ours 1']);
  });

  it('passes over cases and other kinds', async () => {
    cpSync(join(ownKnowledge, 'deterioration'), join(site, 'deterioration'), { recursive: true });
    save('other.json', { kind: 'pathway' });
    expect(await knowledgeUsed(site)).toEqual([`news2 ${news2.version}`]);
  });

  it('refuses with the name of the file and every finding', async () => {
    save('broken.json', '{"kind":');
    save('poor.json', { ...news2, version: '', levels: [] });
    const loaded = await loadModules([ownKnowledge, site]);
    if (loaded.ok) throw new Error('it was accepted');
    const said = [loaded.problem, ...(loaded.problem.also ?? [])].map((problem) => problem.message);
    expect(said.find((message) => message.includes('broken.json'))).toContain('cannot be read as JSON');
    expect(said.filter((message) => message.includes('poor.json')).join()).toMatch(/states its version.*levels/);
  });

  it('refuses two active versions of one score in one folder', async () => {
    save('one.json', news2);
    save('two.json', { ...news2, version: '2099.1' });
    expect(await loadModules([site])).toMatchObject({ ok: false, problem: { message: expect.stringContaining('retire all but one') } });
    save('two.json', { ...news2, version: '2099.1', status: 'draft' });
    expect((await loadModules([site])).ok).toBe(true);
  });

  it('refuses a folder that is not there, but not one that has nothing to say', async () => {
    expect(await loadModules([ownKnowledge, join(site, 'nowhere')])).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('nowhere') },
    });
    expect(await knowledgeUsed(ownKnowledge, site)).toHaveLength(1);
  });
});
