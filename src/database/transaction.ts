// One transaction on one connection, pipelined: BEGIN, the statements and COMMIT may travel together.
// A COMMIT after a failed statement is answered with the tag ROLLBACK and no error
// (https://www.postgresql.org/docs/current/sql-commit.html), so the tag decides, never the absence of an error.
import type { Session } from './contract.ts';
import { commitUnknown, connectionLost, DatabaseError } from './failure.ts';
import type { Link } from './link.ts';

/** A rejection that is looked at later must not count as unhandled now. */
const later = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {});
  return promise;
};

/**
 * `work` may leave its promises unawaited and return them in an array or object: they are settled when this resolves.
 * Throws what `work` threw, or the first statement's error where the commit became a rollback, or 08007 where the
 * connection broke during the commit.
 */
export async function runTransaction<T>(link: Link, work: (session: Session) => Promise<T>): Promise<T> {
  let open = true;
  let firstError: unknown;
  const send: Session['query'] = (statement) => {
    if (!open) throw new Error('A statement was issued after its transaction had ended.');
    const reply = later(link.query<never>(statement));
    reply.catch((error) => {
      firstError ??= error;
    });
    return reply;
  };

  const begun = later(link.query({ text: 'begin' }));
  let result: T;
  try {
    result = await work({ query: send });
  } catch (thrown) {
    open = false;
    // Answers come in order: when this one is in, all are. Should it fail, the pool drops the connection.
    await link.query({ text: 'rollback' }).catch(() => {});
    // 25P02 (the transaction is aborted) is only the echo of the statement that failed before.
    throw thrown instanceof DatabaseError && thrown.code === '25P02' ? (firstError ?? thrown) : thrown;
  }
  open = false;
  if (!link.alive()) throw firstError ?? connectionLost();

  let tag: string;
  try {
    tag = (await link.query({ text: 'commit' })).command;
  } catch (error) {
    // A statement that was refused before the commit, or a deferred constraint, leaves no doubt: nothing was done.
    if (firstError instanceof DatabaseError && !firstError.code.startsWith('08')) throw firstError;
    throw link.alive() ? error : commitUnknown();
  }
  if (tag !== 'COMMIT') throw firstError ?? new Error(`The commit was answered with ${tag}.`);
  // BEGIN itself fails only when somebody cancels it by hand; then the statements stood alone and the caller must know.
  await begun;
  return result;
}
