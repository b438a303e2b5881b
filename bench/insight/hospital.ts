// A hospital's year as tables, straight to Parquet by the keeper without a database: for measuring questions. Made once and kept in the
// folder for temporary files, since five million observations take minutes.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceType } from '../../src/fhir/generated/types.ts';
import type { Change } from '../../src/record/contract.ts';
import { defaultKeeper, Keeper } from '../../src/warehouse/store/keeper.ts';
import { definitionsOf } from '../../src/warehouse/store/manifest.ts';
import { loadViews } from '../../src/warehouse/view/load.ts';

const codes: readonly (readonly [code: string, text: string, unit: string, usual: number, spread: number])[] = [
  ['8867-4', 'Heart rate', '/min', 78, 14],
  ['9279-1', 'Respiratory rate', '/min', 16, 3],
  ['8310-5', 'Body temperature', 'Cel', 36.8, 0.5],
  ['59408-5', 'Oxygen saturation', '%', 97, 2],
  ['8480-6', 'Systolic blood pressure', 'mm[Hg]', 124, 17],
  ['8462-4', 'Diastolic blood pressure', 'mm[Hg]', 76, 10],
  ['2951-2', 'Sodium', 'mmol/L', 139, 3],
  ['2823-3', 'Potassium', 'mmol/L', 4.2, 0.4],
  ['2160-0', 'Creatinine', 'mg/dL', 1.0, 0.4],
  ['718-7', 'Hemoglobin', 'g/dL', 13.2, 1.8],
  ['6690-2', 'Leukocytes', '10*3/uL', 8.1, 2.9],
  ['2345-7', 'Glucose', 'mg/dL', 118, 35],
  ['1988-5', 'C reactive protein', 'mg/L', 18, 30],
  ['2524-7', 'Lactate', 'mmol/L', 1.4, 0.8],
];
const wards = ['med-1', 'med-2', 'surg-1', 'surg-2', 'icu', 'ed', 'mat', 'paed'];
const classes = ['IMP', 'EMER', 'AMB'];

/** Numbers from 0 to 1 by xorshift32 (Marsaglia 2003). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const yearMs = 365 * 86_400_000;
const begin = Date.parse('2025-01-01T00:00:00Z');
const at = (ms: number): string => new Date(begin + ms).toISOString();

/** Folder of tables with so many observations; patients and encounters in proportion. */
export async function hospital(observations: number): Promise<string> {
  const loaded = loadViews(['knowledge/views']);
  if (!loaded.ok) throw new Error(loaded.problem.message);
  // Tables of other views would be made anew by the server, from a database that has nothing.
  const folder = join(tmpdir(), `lamplight-bench-hospital-${observations}-${definitionsOf(loaded.value).slice(0, 12)}`);
  if (existsSync(join(folder, 'done'))) return folder;
  console.log(`making ${observations.toLocaleString('en')} observations in ${folder} …`);
  const making = `${folder}.next`;
  rmSync(making, { recursive: true, force: true });
  const keeper = await Keeper.open(defaultKeeper(making), loaded.value);
  let position = 0n;
  let batch: Change[] = [];
  const put = async (type: ResourceType, id: string, pat: string, body: Record<string, unknown>): Promise<void> => {
    const text = JSON.stringify({ resourceType: type, id, ...body });
    batch.push({ position: ++position, at: new Date(begin), by: 'bench', operation: 'create', type, id, version: 1, pat, body: text });
    if (batch.length < 2_000) return;
    await keeper.take(batch, position);
    batch = [];
  };
  const next = random(7);
  const patients = Math.max(10, Math.round(observations / 50));
  const encounters = Math.max(10, Math.round(observations / 25));
  const pat = (person: number): string => `00000000-0000-7000-8000-${String(person).padStart(12, '0')}`;
  for (let n = 0; n < patients; n++)
    await put('Patient', `p${n}`, pat(n), {
      gender: n % 2 === 0 ? 'female' : 'male',
      birthDate: `${1930 + Math.floor(next() * 90)}-06-15`,
      name: [{ family: `Family${n}`, given: ['Given'] }],
      address: [{ postalCode: String(10_000 + (n % 500)) }],
      managingOrganization: { reference: `Organization/${n % 10 === 0 ? 'small' : 'large'}` },
    });
  for (const [n, name] of wards.entries())
    await put('Location', `w${n}`, `00000000-0000-7000-9000-${String(n).padStart(12, '0')}`, { name });
  for (let n = 0; n < encounters; n++) {
    const from = (n / encounters) * yearMs;
    const person = Math.floor(next() * patients);
    await put('Encounter', `e${n}`, pat(person), {
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: classes[Math.floor(next() * 3)] },
      subject: { reference: `Patient/p${person}` },
      period: { start: at(from), end: at(from + (2 + next() * 200) * 3_600_000) },
      location: [{ location: { reference: `Location/w${Math.floor(next() * wards.length)}` } }],
    });
  }
  for (let n = 0; n < observations; n++) {
    const [code, text, unit, usual, spread] = codes[Math.floor(next() * codes.length)]!;
    const person = Math.floor(next() * patients);
    const value = Math.round((usual + (next() + next() + next() - 1.5) * 2 * spread) * 10) / 10;
    await put('Observation', `o${n}`, pat(person), {
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
      code: { coding: [{ system: 'http://loinc.org', code, display: text }] },
      subject: { reference: `Patient/p${person}` },
      encounter: { reference: `Encounter/e${Math.floor((n / observations) * encounters)}` },
      effectiveDateTime: at((n / observations) * yearMs),
      valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    });
  }
  await keeper.take(batch, position);
  await keeper.flush();
  while (await keeper.compact());
  keeper.close();
  // A record that begins today is told behind it.
  const file = join(making, 'manifest.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), position: '0' }));
  writeFileSync(join(making, 'done'), '');
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
  return folder;
}
