// npm run bench -- exchange [tree|mllp|all] [seconds] [connections] [messages a second] [patients]: the tree of HL7 v2 beside two others, and a
// server that is sent messages over MLLP by a program of its own: acknowledged after commit, and laid into the record.
// npm run bench -- exchange csv [rows] [seconds of laying] [patients]: a file of rows in a watched folder.
import { availableParallelism } from 'node:os';
import { measureCsv } from './csv.ts';
import { measureMllp } from './mllp.ts';
import { measureTree } from './tree.ts';

const [what = 'all', ...figures] = process.argv.slice(2);
const [seconds = '20', connections = '16', rate = '0', patients = '5000'] = figures;
console.log(`\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores for all`);
if (what === 'tree' || what === 'all') measureTree(5);
if (what === 'mllp' || what === 'all') await measureMllp(Number(seconds), Number(connections), Number(rate), Number(patients));
if (what === 'csv') {
  const [rows = '1000000', layingSeconds = '60', people = '20000'] = figures;
  await measureCsv(Number(rows), Number(layingSeconds), Number(people));
}
