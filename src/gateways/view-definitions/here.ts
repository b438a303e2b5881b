// What an operation says of where things are: addresses of this server become relative, and a `source` elsewhere is refused, since rows of
// another place are not what the policy and the audit trail of this one speak of.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Given } from './parameters.ts';

const addresses = [
  'viewReference',
  'viewCanonical',
  'queryReference',
  'queryCanonical',
  'subjectReference',
  'subjectCanonical',
  'patient',
  'group',
];

/** `base`: of FHIR on this server, without a slash at its end. */
export function asHere(given: readonly Given[], base: string): Result<Given[]> {
  const source = given.find(({ name }) => name === 'source');
  if (source !== undefined && source.text?.replace(/\/$/, '') !== base)
    return fail(
      'unsupported',
      `source is ${base} or is left out: this server runs over its own record, and reads none elsewhere`,
      'source',
    );
  return ok(given.map((one) => relative(one, base)));
}

function relative(one: Given, base: string): Given {
  const { name, text, parts } = one;
  const mine = addresses.includes(name) && text?.startsWith(`${base}/`) === true;
  return {
    ...one,
    ...(mine ? { text: text.slice(base.length + 1) } : {}),
    ...(parts === undefined ? {} : { parts: parts.map((part) => relative(part, base)) }),
  };
}
