// lamplight medication: orders checked at the command line without a server, what the knowledge holds, and a site's own base of
// interactions turned into a knowledge file.
import { readFile, writeFile } from 'node:fs/promises';
import { advise } from '../../modules/medication-safety/advise.ts';
import type { Answer } from '../../modules/medication-safety/contract.ts';
import type { Situation } from '../../modules/medication-safety/knowledge/contract.ts';
import { nameOf } from '../../modules/medication-safety/knowledge/contradictions/contract.ts';
import { contradictions, weighed } from '../../modules/medication-safety/knowledge/contradictions.ts';
import { knowledgeKinds } from '../../modules/medication-safety/knowledge/kinds.ts';
import { readPairs } from '../../modules/medication-safety/knowledge/pairs-file.ts';
import { libraryOf } from '../../modules/medication-safety/library.ts';
import { readSituation } from '../../modules/medication-safety/situation.ts';
import { ownKnowledge } from '../knowledge-folder.ts';
import { acceptedContradictions, loadMedicationKnowledge } from '../medication-knowledge.ts';
import { printData, printHint, printMisuse, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';

export interface CheckOptions {
  taking?: string[];
  allergy?: string[];
  problem?: string[];
  lab?: string[];
  age?: string;
  sex?: string;
  weight?: string;
  height?: string;
  pregnant?: boolean;
  setting?: string;
  json?: boolean;
}

const folders = (settings: Settings): string[] => [ownKnowledge, ...(settings.knowledge?.split(',').map((folder) => folder.trim()) ?? [])];

export async function checkCommand(settings: Settings, orders: string[], options: CheckOptions): Promise<number> {
  const [order, ...also] = orders;
  if (order === undefined) return printMisuse('an order is needed', 'for example "ibuprofen 400 mg po tid"');
  if (options.sex !== undefined && options.sex !== 'female' && options.sex !== 'male') return printMisuse('--sex is female or male');
  const laboratory: Record<string, string> = {};
  for (const each of options.lab ?? []) {
    const at = each.indexOf('=');
    if (at < 1) return printMisuse(`--lab ${each} is not understood`, 'for example --lab "potassium=5.8 mmol/L"');
    laboratory[each.slice(0, at).trim()] = each.slice(at + 1).trim();
  }
  const base = await loadMedicationKnowledge(folders(settings));
  if (!base.ok) return printProblem(base.problem);
  const situation: Situation = {
    order,
    also,
    ...(options.taking ? { taking: options.taking } : {}),
    ...(options.allergy ? { allergies: options.allergy } : {}),
    ...(options.problem ? { problems: options.problem } : {}),
    ...(options.age === undefined ? {} : { age: options.age }),
    ...(options.sex === 'female' || options.sex === 'male' ? { sex: options.sex } : {}),
    ...(options.weight === undefined ? {} : { weight: options.weight }),
    ...(options.height === undefined ? {} : { height: options.height }),
    ...(options.pregnant ? { pregnant: true } : {}),
    ...(options.setting === undefined ? {} : { setting: options.setting as NonNullable<Situation['setting']> }),
    laboratory,
  };
  const told = readSituation(situation, libraryOf(base.value), Date.now());
  for (const what of told.notUnderstood) printHint(`${what} was not understood`);
  const answer = advise(told.drafts, told.facts, base.value);
  if (options.json === true) await printData(JSON.stringify(answer));
  else await printAnswer(answer);
  return 0;
}

const marks = { stop: 'STOP', interrupt: 'ALERT', aside: 'note' };

async function printAnswer(answer: Answer): Promise<void> {
  for (const card of answer.cards) {
    await printData(`${marks[card.tier].padEnd(5)}  ${card.summary}`);
    await printData(`       ${card.management}`);
    await printData(`       rule ${card.rule.id} (${card.rule.file} ${card.rule.version}, ${card.rule.reviewer})`);
  }
  for (const { category, why } of answer.couldNot) await printData(`could not check  ${category}: ${why}`);
  await printData(answer.checked.says);
}

export async function knowledgeCommand(settings: Settings, options: { json?: boolean }): Promise<number> {
  const base = await loadMedicationKnowledge(folders(settings));
  if (!base.ok) return printProblem(base.problem);
  const accepted = await acceptedContradictions(folders(settings));
  if (!accepted.ok) return printProblem(accepted.problem);
  const held = weighed(contradictions(base.value), accepted.value);
  const rows = knowledgeKinds.map((kind) => {
    const all = base.value.all(kind);
    return {
      kind,
      rows: all.length,
      files: new Set(all.map((row) => row.origin.file)).size,
      shadow: all.filter((row) => row.origin.status === 'shadow').length,
      unreviewed: all.filter((row) => row.origin.reviewer === 'unreviewed').length,
      contradicting: held.open.filter((each) =>
        each.rows.some(({ file, id }) => all.some((row) => row.id === id && row.origin.file === file)),
      ).length,
    };
  });
  if (options.json === true) {
    for (const row of rows) await printData(JSON.stringify(row));
    for (const each of held.open) await printData(JSON.stringify({ contradiction: each.kind, rows: each.rows, says: each.says }));
    return 0;
  }
  printTable(
    ['kind', 'rows', 'files', 'in shadow', 'unreviewed', 'contradicting'],
    rows.map((row) => Object.values(row).map(String)),
  );
  for (const { kind, rows: named, says } of held.open)
    await printData(`contradiction  ${kind}: ${named.map(nameOf).join(' and ')}: ${says}`);
  await printData(`${held.open.length} contradictions, ${held.accepted.length} more accepted with a reason`);
  if (held.open.length > 0)
    printHint('mend one of the two rows, or name both with the reason in medication-safety/contradictions.accepted.json of your knowledge');
  for (const each of held.idle) printHint(`accepted, but no contradiction any more: ${each.kind} ${each.rows.join(' and ')}; take it out`);
  return 0;
}

export interface PairsOptions {
  out?: string;
  name?: string;
  licence?: string;
  source?: string;
}

export async function pairsCommand(settings: Settings, file: string, options: PairsOptions): Promise<number> {
  const { out, name, licence, source } = options;
  if (out === undefined || name === undefined)
    return printMisuse('--out and --name are needed', 'for example --name our-base --out knowledge/medication-safety/our-base.json');
  const base = await loadMedicationKnowledge(folders(settings));
  if (!base.ok) return printProblem(base.problem);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return printProblem({ kind: 'not-found', message: `${file} cannot be read` });
  }
  const read = readPairs(text, libraryOf(base.value), {
    name,
    licence: licence ?? 'as the site holds it',
    source: source ?? file,
    date: new Date().toISOString().slice(0, 10),
  });
  if (!read.ok) return printProblem(read.problem);
  await writeFile(out, `${JSON.stringify(read.value.file, null, 1)}\n`);
  await printData(`${read.value.file.rows.length} pairs written to ${out}`);
  if (read.value.notKnown.size > 0)
    printHint(
      `${read.value.notKnown.size} names are not known and their ${read.value.left} pairs were left out: ${[...read.value.notKnown].slice(0, 12).join(', ')}${read.value.notKnown.size > 12 ? ' …' : ''}`,
    );
  return 0;
}
