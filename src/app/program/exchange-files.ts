// Of "lamplight exchange": messages in files and from the record, looked at without being stored, or received.
import type { Command } from 'commander';
import { examples, type Run } from './form.ts';

export function addFiles(exchange: Command, run: Run): void {
  exchange
    .command('convert')
    .description('print the FHIR that a file says, without storing anything')
    .argument('<file>', 'a message; "-" is standard input')
    .option('--format <format>', 'hl7v2, ccda, x12 or devices; otherwise its beginning tells')
    .option('--ledger', 'what becomes of each leaf instead')
    .addHelpText(
      'after',
      examples('lamplight exchange convert message.hl7 | jq .entry[].resource', 'lamplight exchange convert - --ledger < message.hl7'),
    )
    .action(
      run(async (settings, file: string, options) =>
        (await import('../commands/exchange-look.ts')).convertMessage(settings, file, options),
      ),
    );
  exchange
    .command('produce')
    .description('print the message or document that says what stands in the record; stores nothing')
    .argument('<about>', 'Type/id, or the file of a Bundle; "-" is standard input')
    .requiredOption('--kind <kind>', 'such as ADT^A01, ORU^R01, 837P or CCD')
    .option('--format <format>', 'hl7v2, x12 or ccda; otherwise the kind tells')
    .option('--sender <name>', 'APPLICATION/FACILITY of HL7 v2, QUALIFIER/ID of X12, of a document who keeps it')
    .option('--receiver <name>', 'the same of who is to get it')
    .option('--character-set <name>', 'MSH-18 of HL7 v2, such as 8859/1')
    .option('--verbose', 'say what has no place in the message')
    .addHelpText(
      'after',
      examples(
        "lamplight exchange produce DiagnosticReport/123 --kind 'ORU^R01'",
        'lamplight exchange produce Patient/123 --kind CCD --verbose > chart.xml',
      ),
    )
    .action(
      run(async (settings, about: string, options) =>
        (await import('../commands/exchange-produce.ts')).produceMessage(settings, about, options),
      ),
    );
  exchange
    .command('preview')
    .description('show the first rows of a CSV file as the columns of a channel read them, without storing anything')
    .argument('<file>', 'a CSV file; "-" is standard input')
    .requiredOption('--channel <name>', 'the channel whose columns it follows')
    .option('--rows <number>', 'how many rows; 10 without it')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight exchange preview weights.csv --channel weights',
        'lamplight exchange preview weights.csv --channel weights --json',
      ),
    )
    .action(
      run(async (settings, file: string, options) => (await import('../commands/exchange-look.ts')).previewRows(settings, file, options)),
    );
  exchange
    .command('receive')
    .description('take files as if they had arrived by their channel')
    .argument('<files...>', 'messages, or CSV files of a channel')
    .option('--format <format>', 'hl7v2, ccda, x12 or devices; otherwise its beginning tells')
    .option('--channel <name>', 'the channel that they belong to')
    .option('--again', 'rows of CSV that were received before are meant to be done again')
    .option('--json', 'one receipt a line as JSON')
    .addHelpText('after', examples('lamplight exchange receive day/*.hl7', 'lamplight exchange receive claim.txt --format x12'))
    .action(
      run(async (settings, files: string[], options) =>
        (await import('../commands/exchange-receive.ts')).receiveFiles(settings, files, options),
      ),
    );
  exchange
    .command('apple-health')
    .description('take the export of Apple Health as the phone wrote it: its zip, or export.xml; again is safe')
    .argument('<file>', 'export.zip or export.xml')
    .requiredOption('--patient <system|value>', 'whose export it is: an identifier with its system')
    .option('--json', 'the count as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight exchange apple-health export.zip --patient "http://north.example.org/mrn|123"',
        'lamplight exchange apple-health export.xml --patient "urn:oid:1.2.3|42" --json',
      ),
    )
    .action(
      run(async (settings, file: string, options) =>
        (await import('../commands/exchange-receive.ts')).receiveAppleHealth(settings, file, options),
      ),
    );
}
