// The commands below "lamplight terminology".
import type { Command } from 'commander';
import { examples, type Run } from './form.ts';

export function addTerminology(program: Command, run: Run): void {
  const terminology = program.command('terminology').description('code systems as they are released, in versions side by side');
  terminology.addHelpText('after', examples('lamplight terminology load Loinc_2.80.zip', 'lamplight terminology list'));
  terminology
    .command('load')
    .description('load release files as published: SNOMED CT, RxNorm, LOINC, ICD-10-CM, NDC, CVX, UCUM, HCPCS, FHIR packages')
    .argument('<files...>', 'zip, tgz, text, CSV, XML or JSON; what it is, its content tells')
    .option('--release <version>', 'version, where the file does not tell it')
    .option('--no-use', 'leave the version in use that was in use')
    .option('--json', 'print what was loaded as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples('lamplight terminology load SnomedCT_USEditionRF2.zip', 'lamplight terminology load ndctext.zip --release 2026-01-15'),
    )
    .action(
      run(async (settings, files: string[], options) =>
        (await import('../commands/terminology.ts')).loadTerminology(settings, files, options),
      ),
    );
  terminology
    .command('list')
    .description('list what is loaded, and which version answers')
    .option('--json', 'one release a line as JSON')
    .addHelpText('after', examples('lamplight terminology list', 'lamplight terminology list --json'))
    .action(run(async (settings, options) => (await import('../commands/terminology.ts')).listTerminology(settings, options)));
  terminology
    .command('use')
    .description('choose the version that answers where none is named')
    .argument('<system>', 'such as http://loinc.org')
    .argument('<version>', 'as the list shows it')
    .addHelpText('after', examples('lamplight terminology use http://loinc.org 2.79', 'lamplight terminology list'))
    .action(
      run(async (settings, system: string, version: string) =>
        (await import('../commands/terminology.ts')).useTerminology(settings, system, version),
      ),
    );
  terminology
    .command('remove')
    .description('remove a version')
    .argument('<system>', 'such as http://loinc.org')
    .argument('<version>', 'as the list shows it')
    .addHelpText('after', examples('lamplight terminology remove http://loinc.org 2.79', 'lamplight terminology list'))
    .action(
      run(async (settings, system: string, version: string) =>
        (await import('../commands/terminology.ts')).removeTerminology(settings, system, version),
      ),
    );
}
