// A file or a database that cannot be used: streams can only throw, so the problem travels in an error up to the function
// that answers with a Result.
import { fail, type Problem, type ProblemKind, type Result } from '../../fhir/result.ts';
import { DatabaseError } from '../failure.ts';

export class Refusal extends Error {
  readonly problem: Problem;

  constructor(kind: ProblemKind, message: string) {
    super(message);
    this.name = 'Refusal';
    this.problem = { kind, message };
  }
}

/** The file is not what was written: never restored in part. */
export const damaged = (how: string): Refusal =>
  new Refusal('invalid', `The backup is damaged: ${how}. Nothing of it is used; take another copy of it, or an older backup.`);

const ofSystem: Record<string, string> = {
  ENOSPC: 'there is no room left on the disk: make some, or choose another folder',
  EDQUOT: 'the quota of the disk is used up: choose another folder',
  EFBIG: 'the file is larger than this file system takes: choose another one',
  EACCES: 'this user may not: choose another folder, or another user',
  EPERM: 'this user may not: choose another folder, or another user',
  EROFS: 'the file system is read-only: choose another folder',
  ENOENT: 'there is no such file or folder',
  EISDIR: 'this is a folder: name a file',
  ENOTDIR: 'a part of the path is no folder',
  EIO: 'the disk failed while it was read or written',
  EPIPE: 'whoever read the output has gone',
};

/** Runs `work`; what was expected to go wrong becomes its problem, anything else is thrown on. */
export async function settled<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal || error instanceof DatabaseError) return { ok: false, problem: error.problem };
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    const says = typeof code === 'string' ? ofSystem[code] : undefined;
    if (says === undefined || !(error instanceof Error)) throw error;
    const path: unknown = Reflect.get(error, 'path');
    return fail('unsupported', `${typeof path === 'string' ? `${path}: ` : ''}${says} (${String(code)})`);
  }
}
