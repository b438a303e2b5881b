// Database trouble as a problem: nothing in this folder throws for it.
import { DatabaseError } from '../database/failure.ts';
import { fail, type Result } from '../fhir/result.ts';

export async function attempt<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DatabaseError) return fail(error.problem.kind, error.problem.message);
    throw error;
  }
}
