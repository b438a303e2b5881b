// npm run test:fuzz -- [hl7v2|ccda|x12|devices|csv|all|laid] [inputs] [seed] [folder]: mutated messages into each reader; `laid`: into one
// record, made-up ones and those of a folder (files .hl7, .txt, .x12, .xml). Whatever comes in: the same bytes come
// out, no leaf is missing from the ledger, nothing is thrown, nothing takes long. Prints what broke with the seed that breaks it.
import { made } from '../../src/formats/ccda/document.fixture.ts';
import { findingsOf, mutated as mutatedX12 } from '../../src/formats/x12/fuzz.ts';
import { ccdaFindings, csvFindings, deviceFindings, hl7Findings } from './findings.ts';
import { layMutated, remade } from './laid.ts';
import { csvFixtures, deviceFixtures, hl7Fixtures } from './messages.ts';
import { mutated, random } from './mutate.ts';
import { samplesOf } from './samples.ts';

/** The machine may do other things as well: what an input takes is counted in CPU. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const [which = 'all', inputs = '20000', start = '1', folder] = process.argv.slice(2);
const of = (samples: readonly Buffer[]) => (seed: number) => mutated(samples[seed % samples.length] ?? Buffer.alloc(0), random(seed));
const formats: [name: string, input: (seed: number) => Uint8Array, findings: (bytes: Buffer) => string[]][] = [
  ['hl7v2', of(hl7Fixtures), hl7Findings],
  ['ccda', of([Buffer.from(made)]), ccdaFindings],
  ['x12', mutatedX12, findingsOf],
  ['devices', of(deviceFixtures), deviceFindings],
  ['csv', of(csvFixtures), csvFindings],
];
let broken = 0;
if (which === 'laid') broken += await laid();
for (const [name, input, findings] of formats) {
  if (which !== 'all' && which !== name) continue;
  let worst = 0;
  let worstSeed = 0;
  let slow = 0;
  const began = performance.now();
  for (let seed = Number(start); seed < Number(start) + Number(inputs); seed++) {
    const bytes = Buffer.from(input(seed));
    const at = cpuMs();
    let found: string[];
    try {
      found = findings(bytes);
    } catch (error) {
      found = [`thrown: ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : String(error)}`];
    }
    let took = cpuMs() - at;
    // What is compiled or collected meanwhile is counted with it; what takes long each time is the reader's fault.
    for (let again = 0; took > 100 && again < 2; again++) {
      const from = cpuMs();
      try {
        findings(bytes);
      } catch {
        // Said already.
      }
      took = Math.min(took, cpuMs() - from);
    }
    if (took > worst) [worst, worstSeed] = [took, seed];
    if (took > 100) slow++;
    if (found.length === 0) continue;
    broken++;
    if (broken <= 20) console.log(`${name} seed ${seed}: ${found[0]}`);
  }
  console.log(
    `${name}: ${inputs} mutated inputs from seed ${start}, ${((performance.now() - began) / 1000).toFixed(0)} s, slowest ${worst.toFixed(0)} ms of CPU (seed ${worstSeed}), above 100 ms ${slow}`,
  );
}

async function laid(): Promise<number> {
  const samples = samplesOf(folder);
  let found = 0;
  for (const [format, ends] of [
    ['hl7v2', ['\r', '|']],
    ['x12', ['~', '*']],
    ['ccda', ['<', '"']],
  ] as const) {
    const count = format === 'ccda' ? Math.ceil(Number(inputs) / 10) : Number(inputs);
    const all = Array.from({ length: count }, (_, nth) => ({ format, raw: remade(samples[format], Number(start) + nth, ends) }));
    const began = performance.now();
    const { findings, done, refused } = await layMutated(all);
    for (const one of findings) console.log(one);
    found += findings.length;
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(
      `${format} laid: ${count} from seed ${start} of ${samples[format].length} samples, ${seconds} s, done ${done}, refused ${refused}`,
    );
  }
  return found;
}

console.log(broken === 0 ? 'nothing broke' : `${broken} inputs broke something`);
process.exit(broken === 0 ? 0 : 1);
