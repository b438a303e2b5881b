// Required bindings (http://hl7.org/fhir/R4/terminologies.html#required): the codes an element may hold. Value sets that the
// definitions list are looked up; those that stand for a whole language of codes are checked by their form.
import { valueSets } from '../generated/structure.ts';

export interface Binding {
  name: string;
  /** Whether a `code` element may hold it (its system is implied). */
  hasCode(code: string): boolean;
  /** Whether a Coding may hold it; a Coding without a system is in no value set. */
  hasCoding(system: unknown, code: unknown): boolean;
  /** What may be written, for a message. */
  says: string;
  /** The codes, where they are listed. */
  codes: string[];
}

interface Form {
  system?: string;
  pattern: RegExp;
  says: string;
}

/** https://www.rfc-editor.org/rfc/rfc6838, section 4.2, with parameters as in RFC 9110, section 5.6.6. */
const mediaType =
  /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9*][A-Za-z0-9!#$&^_.+-]{0,126}( ?; ?[A-Za-z0-9!#$&^_.+-]+=("[^"]*"|[^\s";]+))*;?$/;

const forms: Record<string, Form> = {
  // https://www.rfc-editor.org/rfc/rfc5646, section 2.1
  language: {
    system: 'urn:ietf:bcp:47',
    pattern:
      /^([A-Za-z]{2,8}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[A-WY-Za-wy-z0-9](-[A-Za-z0-9]{2,8})+)*(-x(-[A-Za-z0-9]{1,8})+)?|x(-[A-Za-z0-9]{1,8})+|i(-[A-Za-z0-9]{2,8})+)$/,
    says: 'Write a language tag of BCP 47, such as en, de or pt-BR',
  },
  'mime-type': {
    system: 'urn:ietf:bcp:13',
    pattern: mediaType,
    says: 'Write a media type with a slash, such as text/plain or application/pdf',
  },
  format: {
    pattern: new RegExp(`^(xml|json|ttl)$|${mediaType.source}`),
    says: 'Write a media type such as application/fhir+json, or json, xml or ttl',
  },
  currency: { system: 'urn:iso:std:iso:4217', pattern: /^[A-Z]{3}$/, says: 'Write a currency code of ISO 4217, such as USD or EUR' },
  unit: { system: 'http://unitsofmeasure.org', pattern: /^[\x21-\x7e]+$/, says: 'Write a UCUM unit, such as mg or mmol/L' },
};

const known = new Map<string, Binding>();

/** The binding of that short name in the generated tables. */
export function bindingOf(name: string): Binding {
  let binding = known.get(name);
  if (!binding) {
    binding = forms[name] ? byForm(name, forms[name]) : byList(name);
    known.set(name, binding);
  }
  return binding;
}

function byForm(name: string, { system, pattern, says }: Form): Binding {
  return {
    name,
    says,
    codes: [],
    hasCode: (code) => pattern.test(code),
    hasCoding: (its, code) => its === system && typeof code === 'string' && pattern.test(code),
  };
}

function byList(name: string): Binding {
  const systems = valueSets[name];
  if (!systems) throw new Error(`no value set ${name}`);
  const codes = systems.flatMap(([, list]) => list);
  const all = new Set(codes);
  const bySystem = new Map(systems.map(([system, list]) => [system, new Set(list)]));
  const shown = codes.slice(0, 16).join(', ');
  const more = codes.length > 16 ? ` and ${codes.length - 16} more (value set ${name})` : '';
  return {
    name,
    says: `Use one of the codes ${shown}${more}`,
    codes,
    hasCode: (code) => all.has(code),
    hasCoding: (system, code) => typeof system === 'string' && typeof code === 'string' && bySystem.get(system)?.has(code) === true,
  };
}
