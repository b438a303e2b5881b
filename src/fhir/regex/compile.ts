// From the text of a regular expression to what can be matched, or what is wrong with it.
import { ok, type Result } from '../result.ts';
import type { Dialect } from './dialects.ts';
import { type Instruction, program } from './program.ts';
import { type ReadRegex, RegexFault, readRegex } from './tree.ts';

export interface CompiledRegex extends Omit<ReadRegex, 'tree'> {
  program: readonly Instruction[];
}

/** invalid, unsupported, or too-costly, with the place in the text where there is one. */
export function compileRegex(source: string, dialect: Dialect): Result<CompiledRegex> {
  try {
    const { tree, ...read } = readRegex(source, dialect);
    return ok({ ...read, program: program(tree, dialect.instructionsMax) });
  } catch (error) {
    if (error instanceof RegexFault) return { ok: false, problem: error.problem };
    throw error;
  }
}
