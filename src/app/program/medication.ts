// The commands below "lamplight medication", from the order to the label.
import type { Command } from 'commander';
import type { CheckOptions, PairsOptions } from '../commands/medication.ts';
import type { LabelOptions } from '../commands/medication-label.ts';
import type { LoadOptions } from '../commands/medication-load.ts';
import type { ReplayOptions } from '../commands/medication-replay.ts';
import type { ReportOptions } from '../commands/medication-report.ts';
import type { Settings } from '../settings.ts';
import { collect, examples, type Run } from './form.ts';

export function addMedication(program: Command, run: Run): void {
  const commands = () => import('../commands/medication.ts');
  const medication = program
    .command('medication')
    .description(
      'check orders, look at the knowledge of drugs, run changed rules over past orders, take over interactions and names, report on the bedside, print labels',
    );
  medication.addHelpText(
    'after',
    examples('lamplight medication check "ibuprofen 400 mg po tid" --taking "warfarin 5 mg po daily"', 'lamplight medication knowledge'),
  );
  medication
    .command('check')
    .description('check orders as one would write them, for a patient described here')
    .argument('<orders...>', 'such as "ibuprofen 400 mg po tid"')
    .option('--taking <order>', 'what is taken already; again for each', collect)
    .option('--allergy <words>', 'an allergy; again for each', collect)
    .option('--problem <words>', 'a diagnosis, in words or ICD-10-CM; again for each', collect)
    .option('--lab <name=value>', 'a laboratory value with its unit, such as "creatinine=2.1 mg/dL"', collect)
    .option('--age <age>', 'such as "67 y", "8 mo"')
    .option('--sex <sex>', 'female or male')
    .option('--weight <weight>', 'such as "70 kg"')
    .option('--height <height>', 'such as "172 cm"')
    .option('--pregnant', 'she is pregnant')
    .option('--setting <setting>', 'inpatient, outpatient, emergency, intensive-care, palliative')
    .option('--json', 'print the whole answer as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight medication check "amoxicillin 500 mg po tid" --allergy penicillin',
        'lamplight medication check "gabapentin 600 mg po tid" --age "80 y" --sex female --weight "55 kg" --lab "creatinine=2 mg/dL" --json',
      ),
    )
    .action(
      run(async (settings: Settings, orders: string[], options: CheckOptions) =>
        (await commands()).checkCommand(settings, orders, options),
      ),
    );
  medication
    .command('knowledge')
    .description('count what is known: rows a kind, in shadow, not reviewed yet, and name rows that contradict each other')
    .option('--json', 'one kind a line as JSON')
    .addHelpText(
      'after',
      examples('lamplight medication knowledge', 'LAMPLIGHT_KNOWLEDGE=our-knowledge lamplight medication knowledge --json'),
    )
    .action(run(async (settings: Settings, options: { json?: boolean }) => (await commands()).knowledgeCommand(settings, options)));
  medication
    .command('pairs')
    .description('turn a list of interacting pairs (CSV or tabs, first line names the columns) into a knowledge file of the site')
    .argument('<file>', 'with columns name1, name2 and, if there, severity, effect, management')
    .option('--name <name>', 'of the knowledge file; the same name replaces it')
    .option('--out <file>', 'where to write it, such as our-knowledge/medication-safety/pairs.json')
    .option('--licence <words>', 'under which it may be used')
    .option('--source <words>', 'what it is, for the cards')
    .addHelpText(
      'after',
      examples(
        'lamplight medication pairs ndfrt.tsv --name ndfrt --out our-knowledge/medication-safety/ndfrt.json',
        'lamplight medication pairs base.csv --name base --out our-knowledge/medication-safety/base.json --licence "licensed to this hospital"',
      ),
    )
    .action(
      run(async (settings: Settings, file: string, options: PairsOptions) => (await commands()).pairsCommand(settings, file, options)),
    );
  medication
    .command('load')
    .description('turn a list of drugs as published (RxNorm, the NDC directory) into knowledge of the site: names, codes, classes')
    .argument('<list>', 'rxnorm (RXNCONSO, RXNREL, RXNSAT) or ndc (product.txt, package.txt)')
    .argument('<place>', 'the folder with its files, or the zip as published')
    .option('--out <folder>', 'knowledge folder of the site, as LAMPLIGHT_KNOWLEDGE names it')
    .option('--release <version>', 'which release it is, where the name of the place does not tell')
    .option('--licence <words>', 'under which the site holds it')
    .addHelpText(
      'after',
      examples(
        'lamplight medication load rxnorm RxNorm_full_11022026 --out our-knowledge',
        'lamplight medication load ndc ndctext --release 2026-11-20 --out our-knowledge',
      ),
    )
    .action(
      run(async (settings: Settings, list: string, place: string, options: LoadOptions) =>
        (await import('../commands/medication-load.ts')).loadCommand(settings, list, place, options),
      ),
    );
  medication
    .command('report')
    .description('report of the bedside: scan rates, near misses, on time, what cannot be scanned, overrides')
    .requiredOption('--from <date>', 'such as 2026-11-01')
    .requiredOption('--to <date>', 'not included; at most 366 days later')
    .option('--ward <location>', 'such as Location/123')
    .option('--csv', 'print it as CSV')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight medication report --from 2026-11-01 --to 2026-12-01',
        'lamplight medication report --from 2026-11-01 --to 2026-12-01 --ward Location/3-west --csv',
      ),
    )
    .action(
      run(async (settings: Settings, options: ReportOptions) =>
        (await import('../commands/medication-report.ts')).reportCommand(settings, options),
      ),
    );
  medication
    .command('label')
    .description('print a wristband or the label of a drug as PDF, by the Lamplight that runs')
    .option('--patient <id>', 'a wristband of this patient, such as Patient/123')
    .option('--code-128', 'the wristband with the record number as Code 128')
    .option('--order <id>', 'the label of a drug of this order, such as MedicationRequest/123')
    .option('--drug <words>', 'the label of a drug, in words')
    .option('--gtin <number>', 'product number, 14 digits; without it the label has a number of the pharmacy')
    .option('--lot <lot>', 'of the batch')
    .option('--serial <serial>', 'of the unit')
    .option('--expires <date>', 'such as 2026-12-31')
    .option('--rate <words>', 'such as "50 mL/h"')
    .requiredOption('--out <file>', 'where to write the PDF')
    .option('--url <address>', 'of the Lamplight; without it the one that runs on the data folder')
    .option('--token <token>', 'of who prints')
    .addHelpText(
      'after',
      examples(
        'lamplight medication label --patient Patient/123 --out band.pdf',
        'lamplight medication label --order MedicationRequest/123 --lot A1 --expires 2026-12-31 --out bag.pdf',
      ),
    )
    .action(
      run(async (settings: Settings, options: LabelOptions) =>
        (await import('../commands/medication-label.ts')).labelCommand(settings, options),
      ),
    );
  medication
    .command('replay')
    .description('run past orders against changed knowledge: what would be new, gone or of another tier')
    .option('--knowledge <folder>', 'laid out like knowledge/: its files and rows take the place of ours')
    .option('--rule <file/rule>', 'instead: one rule, as its cards name it')
    .option('--to <change>', 'of that rule: shadow, retired, active, at-most:aside, at-least:stop …', 'shadow')
    .option('--since <day>', 'orders written from this day on')
    .option('--until <day>', 'and before this one; until now without it')
    .option('--sample <number>', 'how many of the differences to name, drawn at random rule by rule; 30 without it')
    .option('--seed <number>', 'of that draw')
    .option('--json', 'all of it as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight medication replay --knowledge our-knowledge --since 2026-01-01 --sample 30',
        'lamplight medication replay --rule interactions-bleeding/warfarin-nsaid --to at-most:aside --since 2026-06-01 --json',
      ),
    )
    .action(
      run(async (settings: Settings, options: ReplayOptions) =>
        (await import('../commands/medication-replay.ts')).replayCommand(settings, options),
      ),
    );
}
