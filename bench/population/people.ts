// node dist/bench/population/people.js COUNT: so many made-up people in memory, with ten observations, two problems, two orders, a visit and a vaccine each, and how
// long one SELECT of three registries and of all registries takes over them. No files, no policy: the statement alone.
import { DuckDBInstance } from '@duckdb/node-api';
import { ownKnowledge } from '../../src/app/knowledge-folder.ts';
import { loadMedicationKnowledge } from '../../src/app/medication-knowledge.ts';
import { loadPopulationKnowledge } from '../../src/app/population-knowledge.ts';
import { registriesSql } from '../../src/gateways/population/gaps-sql.ts';
import { trendEnd } from '../../src/gateways/population/population-sql.ts';

const count = Number(process.argv[2] ?? 100_000);
const base = await loadMedicationKnowledge([ownKnowledge]);
if (!base.ok) throw new Error(base.problem.message);
const loaded = loadPopulationKnowledge([ownKnowledge], base.value);
if (!loaded.ok) throw new Error(loaded.problem.message);
const { registries, concepts } = loaded.value;

const duck = await (await DuckDBInstance.create(':memory:')).connect();
await duck.run('set threads = 2');
const days = "timestamptz '2026-03-01' - to_days(cast(hash(n, k) % 1400 as integer))";
const many = (each: number): string => `(select p.n, k from range(${count}) p(n) cross join range(${each}) t(k))`;
const id = "concat('Patient/', n) as patient_id";
const coding = (system: string, codes: readonly string[]): string =>
  `'${system}' as code_system, [${codes.map((code) => `'${code}'`).join(', ')}][cast(1 + hash(n, k, 1) % ${codes.length} as bigint)] as code_code, null::varchar as code_display, null::varchar as code_text`;
const value =
  "(hash(n, k, 2) % 1000) / 10.0 as value, null::integer as value_integer, case when k % 3 = 0 then '%' when k % 3 = 1 then 'mm[Hg]' else '{INR}' end as unit, null::varchar as unit_text, null::varchar as comparator";
const problems = ['E11.9', 'I10', 'J45.909', 'J44.9', 'I50.22', 'N18.30', 'F32.A', 'I25.10', 'G40.909', 'M17.9', 'K21.9', 'E78.5'];
const tests = ['4548-4', '9318-7', '98979-8', '8480-6', '6301-6', '13457-7', '44261-6', '72166-2', '718-7', '2951-2'];
const tables: Readonly<Record<string, string>> = {
  patients: `select concat('Patient/', n) as id, date '1930-01-01' + cast(n % 32000 as integer) as birth_date, case when n % 2 = 0 then 'female' else 'male' end as gender, null::timestamptz as deceased_at, null::boolean as deceased, true as active from range(${count}) t(n)`,
  conditions: `select ${id}, 'active' as clinical_status, 'confirmed' as verification_status, ${coding('http://hl7.org/fhir/sid/icd-10-cm', problems)}, ${days} as onset, null::timestamptz as abatement, null::timestamptz as recorded, ${days} as last_updated from ${many(2)}`,
  medication_requests: `select ${id}, 'active' as status, 'order' as intent, null::varchar as medication_system, null::varchar as medication_code, null::varchar as medication_display, ['atorvastatin 20 MG', 'lisinopril 10 MG', 'warfarin 5 MG', 'omeprazole 20 MG', 'tiotropium 18 MCG'][cast(1 + hash(n, k) % 5 as bigint)] as medication_text, ${days} as authored, ${days} as last_updated from ${many(2)}`,
  observations: `select ${id}, 'final' as status, ${coding('http://loinc.org', tests)}, ${days} as effective, null::timestamptz as effective_start, null::timestamptz as issued, ${value} from ${many(8)}`,
  observation_components: `select ${id}, 'final' as status, ${coding('http://loinc.org', ['8480-6', '8462-4'])}, ${days} as effective, ${value} from ${many(2)}`,
  diagnostic_reports: `select ${id}, 'final' as status, ${coding('http://loinc.org', ['24606-6'])}, ${days} as effective, null::timestamptz as effective_start, null::timestamptz as issued from ${many(1)}`,
  procedures: `select ${id}, 'completed' as status, null::varchar as code_system, null::varchar as code_code, null::varchar as code_display, ['Colonoscopy', 'Retinal photographs', 'Total replacement of the knee'][cast(1 + hash(n) % 3 as bigint)] as code_text, ${days} as performed, null::timestamptz as performed_start from ${many(1)}`,
  immunizations: `select ${id}, 'completed' as status, 'http://hl7.org/fhir/sid/cvx' as vaccine_system, ['140', '115', '33', '187'][cast(1 + hash(n) % 4 as bigint)] as vaccine_code, null::varchar as vaccine_display, null::varchar as vaccine_text, ${days} as occurred from ${many(1)}`,
  allergies: `select ${id}, 'active' as clinical_status, 'confirmed' as verification_status, ${coding('x', ['1'])}, ${days} as onset, null::timestamptz as recorded, ${days} as last_updated from ${many(1)}`,
  encounters: `select ${id}, 'finished' as status, 'AMB' as class, null::varchar as type_display, null::varchar as type_text, ${days} as "start" from ${many(1)}`,
};
for (const [name, sql] of Object.entries(tables)) await duck.run(`create table ${name} as ${sql}`);
console.log(`${count.toLocaleString('en')} people, ${(18 * count).toLocaleString('en')} facts`);

async function timed(says: string, many_: number, on: readonly string[]): Promise<void> {
  const began = performance.now();
  let rows = 0;
  for (let from = 0; from < registries.length; from += many_) {
    const { with: start, parameters } = registriesSql(registries.slice(from, from + many_), concepts, { days: on, zone: 'UTC' });
    rows += (await duck.runAndReadAll(`${start} ${trendEnd}`, parameters as Record<string, string>)).currentRowCount;
    if (many_ < registries.length && says.includes('first')) break;
  }
  console.log(`  ${says.padEnd(48)} ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${rows} counts`);
}
const year = Array.from({ length: 13 }, (_, i) => `${i < 10 ? '2025' : '2026'}-${String(((i + 2) % 12) + 1).padStart(2, '0')}-01`);
await timed('the first three registries, one day', 3, ['2026-03-01']);
await timed(`${registries.length} registries, one day`, 3, ['2026-03-01']);
await timed('the first three registries, 13 days', 3, year);
