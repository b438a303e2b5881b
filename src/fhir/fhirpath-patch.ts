// FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html): operations add, insert, delete, replace and move, all of them or none.
// What is where in the JSON of a resource is in fhirpath-patch-place.ts, what a parameter says in fhirpath-patch-value.ts.
import { locate } from './fhirpath/compile.ts';
import { type Node, nodeOf, resourceTypeOf } from './fhirpath/node.ts';
import { add, copyOf, insert, move, PatchRefusal, type Place, placeOf, put, remove } from './fhirpath-patch-place.ts';
import { type Operation, readOperations } from './fhirpath-patch-value.ts';
import type { Json } from './json.ts';
import { fail, ok, type Result } from './result.ts';

const mostOperations = 1_000;
/** Evaluation steps that all paths of a patch may take together. */
const mostSteps = 100_000;

interface State {
  resource: Json;
  budget: { steps: number };
}

/**
 * The patched copy of the resource, which itself stays as it is. A refusal names the operation, counted from 0, in `where`.
 * Whether the outcome is a valid resource is for validation to say.
 */
export function apply(resource: Json, parameters: Json): Result<Json> {
  if (resourceTypeOf(resource) === undefined) return fail('invalid', 'What is to be patched is no resource of R4.');
  const state: State = { resource: copyOf(resource), budget: { steps: mostSteps } };
  const read = refusable('parameter', () => readOperations(parameters));
  if (!read.ok) return read;
  if (read.value.length > mostOperations) return fail('too-costly', `Send at most ${mostOperations} operations in one patch.`, 'parameter');
  for (const [index, operation] of read.value.entries()) {
    const done = refusable(`parameter[${index}]`, () => operations[operation.type](operation, state));
    if (!done.ok) return done;
  }
  return ok(state.resource);
}

function refusable<T>(where: string, work: () => T): Result<T> {
  try {
    return ok(work());
  } catch (error) {
    if (!(error instanceof PatchRefusal)) throw error;
    return fail(error.kind, error.message, where);
  }
}

const operations: Record<Operation['type'], (operation: Operation, state: State) => void> = {
  add: (operation, state) => add(oneOf(operation, state), operation.name as string, operation),
  insert: (operation, state) => insert(listOf(operation, state), operation.index as number, operation),
  replace: (operation, state) => put(placeIn(operation, state), operation),
  move: (operation, state) => move(listOf(operation, state), operation.source as number, operation.destination as number),
  delete: (operation, state) => {
    const { nodes } = located(operation, state);
    if (nodes.length > 1)
      throw new PatchRefusal(`"${operation.path}" finds ${nodes.length} elements; delete them one by one, the last first.`);
    // What is not there need not be deleted.
    if (nodes[0]) remove(placed(nodes[0], operation));
  },
};

function located({ path }: Operation, state: State) {
  const root = nodeOf({ type: '', value: state.resource }) as Node;
  const found = locate(path, root, state.budget);
  if (!found.ok) {
    const at = found.problem.where === undefined ? '' : ` (at ${found.problem.where})`;
    throw new PatchRefusal(`The path "${path}"${at}: ${found.problem.message}`, found.problem.kind);
  }
  return found.value;
}

function oneOf(operation: Operation, state: State): Node {
  const { nodes } = located(operation, state);
  const [node] = nodes;
  if (node === undefined) throw new PatchRefusal(`There is nothing at "${operation.path}"; add it first, or correct the path.`);
  if (nodes.length > 1) throw new PatchRefusal(`"${operation.path}" finds ${nodes.length} elements; narrow it to one.`);
  return node;
}

const placeIn = (operation: Operation, state: State): Place => placed(oneOf(operation, state), operation);

function placed(node: Node, { path }: Operation): Place {
  return placeOf(node) ?? refused(`"${path}" is the resource itself or no element of it; name an element.`);
}

/** The list that a path names, which may be empty. */
function listOf(operation: Operation, state: State): { holder: Node; name: string } {
  const { list } = located(operation, state);
  const holder = list?.holders[0];
  if (list === undefined || holder === undefined || list.holders.length !== 1)
    return refused(`"${operation.path}" has to name one list, such as Patient.identifier or Patient.contact[0].telecom.`);
  return { holder, name: list.name };
}

function refused(message: string): never {
  throw new PatchRefusal(message);
}
