// Passwords at rest: argon2id with the parameters of OWASP's Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane).
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { fail, ok, type Result } from '../fhir/result.ts';

/** The algorithm is left to the package, whose default is argon2id; a test looks at the result. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing fills a core and 19 MiB for about 25 ms: two at once, and a bounded queue, leave the machine to the others. */
const atOnceMax = 2;
const waitingMax = 100;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<Result<T>> {
  if (running >= atOnceMax) {
    if (waiting.length >= waitingMax) return fail('busy', 'Too many sign-ins at once. Try again in a moment.');
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  } else running += 1;
  try {
    return ok(await work());
  } finally {
    // The turn is handed on, so that nobody slips in between.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** Different ways to type the same letters give the same hash. */
const canonical = (password: string): string => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<Result<string>> => inTurn(() => hash(canonical(password), parameters));

/** A hash of nothing that anybody knows: an unknown name costs the same time as a wrong password. */
const random = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');
const decoy = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$${random(16)}$${random(32)}`;

/** `stored` undefined: there is no such account, and the answer is false after the same work. */
export function checkPassword(stored: string | undefined, password: string): Promise<Result<boolean>> {
  return inTurn(async () => {
    const same = await verify(stored ?? decoy, canonical(password.slice(0, 1024)));
    return same && stored !== undefined;
  });
}
