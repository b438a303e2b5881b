// resolve(): what a reference points to (http://hl7.org/fhir/R4/fhirpath.html#functions): a contained resource, an entry of the same
// Bundle (http://hl7.org/fhir/R4/bundle.html#references), or what the environment finds.
import type { Context } from '../context.ts';
import { pushParts } from '../member.ts';
import { isMembers, type Node, nodeOf } from '../node.ts';

export function resolve(context: Context, node: Node): Node | undefined {
  const reference = referenceOf(node);
  if (reference === undefined) return undefined;
  const root = context.rootResource() ?? context.resource();
  if (reference.startsWith('#')) return reference === '#' ? root : root && contained(context, root, reference.slice(1));
  const entry = root?.type.name === 'Bundle' ? inBundle(context, root, reference) : undefined;
  if (entry) return entry;
  const found = context.environment.resolve?.(reference);
  return found && nodeOf(found);
}

/** Of a Reference its text, of an address (uri, canonical) itself. */
function referenceOf({ type, value }: Node): string | undefined {
  if (typeof value === 'string') return type.system === 'String' ? value : undefined;
  const text = isMembers(value) ? value['reference'] : undefined;
  return typeof text === 'string' ? text : undefined;
}

const parts = (context: Context, node: Node, name: string): Node[] => {
  const out: Node[] = [];
  pushParts(context, node, name, node.type.elements.get(name) ?? [], out);
  return out;
};

const idOf = ({ value }: Node): unknown => (isMembers(value) ? value['id'] : undefined);

function contained(context: Context, root: Node, id: string): Node | undefined {
  return parts(context, root, 'contained').find((one) => idOf(one) === id);
}

function inBundle(context: Context, bundle: Node, reference: string): Node | undefined {
  for (const entry of parts(context, bundle, 'entry')) {
    const [resource] = parts(context, entry, 'resource');
    if (resource === undefined || !isMembers(entry.value)) continue;
    const { fullUrl } = entry.value;
    if (fullUrl === reference) return resource;
    const local = `${resource.type.name}/${String(idOf(resource))}`;
    if (local === reference && (fullUrl === undefined || (typeof fullUrl === 'string' && fullUrl.endsWith(`/${local}`)))) return resource;
  }
  return undefined;
}
