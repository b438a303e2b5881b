// A password from the person at the terminal, without showing it, or from standard input; never from an argument, which
// every user of the machine can see.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { fail, ok, type Result } from '../fhir/result.ts';

/** `fromInput`: the first line of standard input. Otherwise asked twice on the terminal. */
export async function askPassword(question: string, fromInput: boolean, input: NodeJS.ReadStream = process.stdin): Promise<Result<string>> {
  if (fromInput) return firstLine(input);
  if (input.isTTY !== true)
    return fail('invalid', 'There is no terminal to ask for a password: give it on standard input with --password-stdin');
  const once = await ask(`${question}: `, input);
  if (once === undefined) return fail('invalid', 'Nothing was entered');
  const twice = await ask('once more: ', input);
  return once === twice ? ok(once) : fail('invalid', 'The two passwords differ: nothing was changed');
}

async function firstLine(input: NodeJS.ReadStream): Promise<Result<string>> {
  const reader = createInterface({ input });
  for await (const line of reader) {
    reader.close();
    return line === '' ? fail('invalid', 'The first line of standard input is empty') : ok(line);
  }
  return fail('invalid', 'Standard input is empty');
}

/** The terminal's editing stays (backspace, Ctrl-U); its echo does not. */
async function ask(question: string, input: NodeJS.ReadStream): Promise<string | undefined> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: silent, terminal: true });
  const answer = await new Promise<string | undefined>((resolve) => {
    reader.once('SIGINT', () => resolve(undefined));
    reader.once('close', () => resolve(undefined));
    reader.question('').then(resolve, () => resolve(undefined));
  });
  reader.close();
  process.stderr.write('\n');
  return answer === '' ? undefined : answer;
}
