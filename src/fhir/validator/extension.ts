// Extensions (http://hl7.org/fhir/R4/extensibility.html): one whose definition is here is checked against it, and against where it
// may stand. One that is not known here is fine, unless it changes the meaning of what it stands on.
import { compile } from '../fhirpath/compile.ts';
import type { Environment, Expression } from '../fhirpath/contract.ts';
import type { Result } from '../result.ts';
import { rulesOf } from '../structure/rules.ts';
import type { ArmedProfile } from './armed.ts';
import { checkProfileValue } from './check-profile.ts';
import { type Members, withoutVersion } from './definition.ts';
import { r4 } from './plan.ts';
import type { Steps, Walk } from './walk.ts';

/** The walk stands at the extension. `around`: what it stands on. `modifier`: it stands in `modifierExtension`. */
export function* checkExtension(walk: Walk, extension: Members, around: Members, modifier: boolean): Steps {
  const { url } = extension;
  if (typeof url !== 'string') return;
  // Parts of a complex extension have names of their own, and are checked with the whole.
  const isPart = walk.report.above(1)?.type === 'Extension' && !url.includes(':');
  if (isPart) return;
  const known = walk.profiles.get(withoutVersion(url));
  if (!known) {
    if (modifier) {
      walk.report.add(
        'error',
        'extension',
        'This modifierExtension changes the meaning of what it stands on, and is not known here. Add its definition to this server, or leave it out',
        { name: 'url' },
      );
    } else if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url)) {
      walk.report.add('warning', 'extension', 'Write the address of the extension as an absolute URL: it cannot be looked up otherwise', {
        name: 'url',
      });
    }
    return;
  }
  if (known.type !== 'Extension') {
    walk.report.add('error', 'extension', `Give the address of an extension: ${known.url} defines a ${known.type}`, { name: 'url' });
    return;
  }
  if (modifier && !known.modifier) {
    walk.report.add('error', 'extension', `Move it to "extension": ${known.url} does not change meaning`, { source: known.url });
  } else if (!modifier && known.modifier) {
    walk.report.add('error', 'extension', `Move it to "modifierExtension": ${known.url} changes the meaning of what it stands on`, {
      source: known.url,
    });
  }
  checkContext(walk, known, extension, around);
  yield* checkProfileValue(walk, known, extension, 'Extension');
}

function checkContext(walk: Walk, known: ArmedProfile, extension: Members, around: Members): void {
  if (known.context && !known.context.some(({ type, expression }) => (contexts[type] ?? contexts['element'])?.(walk, expression, known))) {
    const says = known.context
      .map((one) => one.expression)
      .slice(0, 8)
      .join(', ');
    walk.report.add('error', 'extension', `Move the extension: ${known.url} may stand on ${says}`, { source: known.url });
  }
  const type = walk.report.above(1)?.type ?? 'Element';
  for (const expression of known.contextInvariants ?? []) {
    const variables = { extension: [{ type: 'Extension', value: extension }] };
    const result = ask(walk, known, expression, (compiled, environment) =>
      compiled.test({ type, value: around }, { ...environment, variables }),
    );
    if (result.ok && result.value === false) {
      walk.report.add('error', 'extension', `Remove the extension, or see that ${expression} holds: ${known.url} stands only there`, {
        source: known.url,
      });
    }
  }
}

const compiled = new Map<string, Result<Expression>>();

/** An expression of the definition; where it has no answer that is said, once. */
function ask<T>(
  walk: Walk,
  { url }: ArmedProfile,
  text: string,
  run: (expression: Expression, environment: Environment) => Result<T>,
): Result<T> {
  let known = compiled.get(text);
  if (known === undefined) {
    known = compile(text);
    compiled.set(text, known);
  }
  const expression = known;
  const result = expression.ok ? walk.evaluate(`${url} ${text}`, (environment) => run(expression.value, environment)) : expression;
  if (!result.ok) {
    const says = `Whether ${url} may stand here could not be checked: ${result.problem.message}`;
    walk.tell(`context ${url} ${text}`, 'warning', 'extension', says, { source: url });
  }
  return result;
}

/** Whether the element around the extension is one of the context, by the kind of context. */
const contexts: Record<string, (walk: Walk, expression: string, known: ArmedProfile) => boolean> = {
  element: (walk, expression) => namesOfPlace(walk).has(expression.replace(/^http:\/\/hl7\.org\/fhir\/StructureDefinition\//, '')),
  extension: (walk, expression) => walk.report.above(1)?.type === 'Extension' && walk.extensions.at(-2) === expression,
  fhirpath: (walk, expression, known) => {
    const around = walk.report.where().replace(/\.[^.]+$/, '');
    const type = String(walk.resource['resourceType']);
    const items = ask(walk, known, expression, (one, environment) => one.evaluate({ type, value: walk.resource }, environment));
    return !items.ok || items.value.some((one) => one.path === undefined || around.endsWith(one.path));
  },
};

const quantities = new Set(['Age', 'Count', 'Distance', 'Duration', 'Money', 'SimpleQuantity']);
/** Types that only the definitions know: a code is a string, an id too. */
const broader: Readonly<Record<string, string>> = {
  code: 'string',
  id: 'string',
  markdown: 'string',
  url: 'uri',
  canonical: 'uri',
  oid: 'uri',
  uuid: 'uri',
  unsignedInt: 'integer',
  positiveInt: 'integer',
};

/** Every name by which a definition may mean the element around: its type, types above, its path from each type above it. */
function namesOfPlace(walk: Walk): Set<string> {
  const names = new Set<string>(['*']);
  const around = walk.report.above(1);
  if (!around) return names;
  names.add(around.type);
  // R4's own definitions say Element where any place is meant, a resource too.
  names.add('Element');
  const { isResource } = r4.has(around.type) ? rulesOf(around.type) : { isResource: false };
  if (isResource) {
    names.add('Resource');
    names.add('DomainResource');
  } else {
    if (around.type.includes('.')) names.add('BackboneElement');
    if (quantities.has(around.type)) names.add('Quantity');
    const wide = broader[around.type];
    if (wide) names.add(wide);
  }
  let path = '';
  for (let up = 1; ; up++) {
    const here = walk.report.above(up);
    const parent = walk.report.above(up + 1);
    if (!here || !parent || (r4.has(here.type) && rulesOf(here.type).isResource)) break;
    const field = r4.has(parent.type) ? rulesOf(parent.type).fields.get(here.name) : undefined;
    const name = field?.element ?? here.name;
    path = path === '' ? name : `${name}.${path}`;
    names.add(`${parent.type}.${path}`);
    // `Observation.value[x]` is also written `Observation.value` and `Observation.valueQuantity`.
    if (name.endsWith('[x]') && !path.includes('.')) {
      names.add(`${parent.type}.${here.name}`);
      names.add(`${parent.type}.${name.slice(0, -3)}`);
    }
  }
  return names;
}
