// lamplight medication label: a wristband or the label of a drug as a file, printed by the Lamplight that runs, which numbers the prints.
import { writeFile } from 'node:fs/promises';
import { readInstance } from '../../database/instance.ts';
import { commandToken } from '../destination/choose.ts';
import { fhirBase } from '../destination/http.ts';
import { printData, printHint, printMisuse, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';

export interface LabelOptions {
  patient?: string;
  code128?: boolean;
  order?: string;
  drug?: string;
  gtin?: string;
  lot?: string;
  serial?: string;
  expires?: string;
  rate?: string;
  out: string;
  url?: string;
  token?: string;
}

export async function labelCommand(settings: Settings, options: LabelOptions): Promise<number> {
  const { patient, code128, out, url, token, ...drug } = options;
  if ((patient === undefined) === (drug.order === undefined && drug.drug === undefined))
    return printMisuse('name --patient for a wristband, or --order or --drug for the label of a drug');
  const address = url ?? settings.url ?? readInstance(settings.dataDir)?.address;
  if (address === undefined)
    return printProblem({
      kind: 'busy',
      message: 'No Lamplight runs that could print: start it with "lamplight serve", or name it with --url',
    });
  const base = fhirBase(address);
  if (!base.ok) return printProblem(base.problem);
  const given = token ?? settings.token;
  const own = given === undefined && (url ?? settings.url) === undefined ? await commandToken(settings) : undefined;
  if (own !== undefined && !own.ok) return printProblem(own.problem);
  const body =
    patient === undefined
      ? { kind: 'drug', ...drug }
      : { kind: 'wristband', patient, symbol: code128 === true ? 'code-128' : 'gs1-datamatrix' };
  const bearer = given ?? (own?.ok === true ? own.value : undefined);
  let answer: Response;
  try {
    answer = await fetch(`${base.value.replace(/\/fhir$/, '')}/medication/labels`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    });
  } catch {
    return printProblem({ kind: 'busy', message: `${address} could not be reached` });
  }
  const said: unknown = await answer.json().catch(() => undefined);
  const member = (name: string): unknown =>
    typeof said === 'object' && said !== null && Object.hasOwn(said, name) ? Reflect.get(said, name) : undefined;
  const [pdf, notices, title] = [member('pdf'), member('notices'), member('title')];
  if (!answer.ok || typeof pdf !== 'string')
    return printProblem({ kind: 'invalid', message: typeof title === 'string' ? title : `The server answered ${answer.status}` });
  await writeFile(out, Buffer.from(pdf, 'base64'));
  await printData(`${String(member('symbol'))} printed to ${out}`);
  for (const notice of Array.isArray(notices) ? notices : []) printHint(String(notice));
  return 0;
}
