// JSON Pointer (RFC 6901): `/name/0/family` as its steps.
import { fail, ok, type Result } from './result.ts';

/** No place in a resource is deeper. */
const mostSteps = 64;
const longestStep = 256;

/** The steps of a pointer, none for the whole document. The problem's message goes on after the name of the member. */
export function readPointer(text: unknown): Result<string[]> {
  if (typeof text !== 'string') return fail('invalid', 'must be a JSON Pointer, such as "/name/0/family"');
  if (text === '') return ok([]);
  if (!text.startsWith('/')) return fail('invalid', 'must start with "/"');
  if (text.length > mostSteps * longestStep) return fail('invalid', 'is too long');
  const steps = text.slice(1).split('/');
  if (steps.length > mostSteps) return fail('invalid', `must have at most ${mostSteps} steps`);
  if (/~(?![01])/.test(text)) return fail('invalid', 'must write "~" as ~0 and "/" in a name as ~1');
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (names.some((name) => name.length > longestStep || name === '__proto__'))
    return fail('invalid', 'has a step that no element is named');
  return ok(names);
}
