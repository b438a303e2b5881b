// Certificates and keys in PEM files. Other programs renew them (certbot, the hospital's own authority) while this one runs: what is
// otherwise than before is read again and served from the next connection on. What does not fit together is never taken.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';

/** `key`: a private key without passphrase. `cert`: the certificate, then those between it and its root. `ca`: who signs the others'. */
export interface Pems {
  key?: string;
  cert?: string;
  ca?: string;
}
export type PemName = keyof Pems;
/** A path each. */
export type PemFiles = { [Name in PemName]?: string | undefined };

export interface PemFault {
  name: PemName;
  message: string;
}

const names: readonly PemName[] = ['key', 'cert', 'ca'];

/** The first thing that is wrong; what is not there is not. */
export function faultOfPems({ key, cert, ca }: Pems): PemFault | undefined {
  const own = key === undefined ? undefined : tried(() => createPrivateKey(key));
  if (own instanceof Error) return { name: 'key', message: `is no private key in PEM without a passphrase (${own.message})` };
  for (const [name, text] of [['cert', cert] as const, ['ca', ca] as const]) {
    const certificate = text === undefined ? undefined : tried(() => new X509Certificate(text));
    if (certificate instanceof Error) return { name, message: `is no certificate in PEM (${certificate.message})` };
    if (name === 'cert' && certificate !== undefined && own !== undefined && !certificate.checkPrivateKey(own))
      return { name: 'key', message: 'does not belong to the certificate: name the two files of one pair' };
  }
  const all = tried(() => createSecureContext({ ...(key === undefined ? {} : { key }), cert, ca }));
  return all instanceof Error ? { name: 'cert', message: `cannot be used for TLS (${all.message})` } : undefined;
}

const tried = <T>(act: () => T): T | Error => {
  try {
    return act();
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown');
  }
};

/** Throws where one cannot be read. */
export function readPems(files: PemFiles): Pems {
  const pems: Pems = {};
  for (const name of names) {
    const path = files[name];
    if (path !== undefined) pems[name] = readFileSync(path, 'utf8');
  }
  return pems;
}

/** Files that the settings name, and by which settings. */
export interface NamedPems {
  files: PemFiles;
  settings: { [Name in PemName]?: string };
}

/** Read and fit together. The problem names the setting and the file. */
export async function pemsOf({ files, settings }: NamedPems): Promise<Result<Pems>> {
  const pems: Pems = {};
  const problem = (name: PemName, message: string): { ok: false; problem: Problem } =>
    fail('invalid', `${settings[name] ?? name}: ${files[name] ?? ''} ${message}`);
  for (const name of names) {
    const path = files[name];
    if (path === undefined) continue;
    try {
      pems[name] = await readFile(path, 'utf8');
    } catch (error) {
      return problem(name, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    }
  }
  const fault = faultOfPems(pems);
  return fault === undefined ? ok(pems) : problem(fault.name, fault.message);
}

/** Files that were read, and can be again. */
export interface OpenPems {
  read(): Promise<Result<Pems>>;
  served: Pems;
}

export async function openPems(named: NamedPems): Promise<Result<OpenPems>> {
  const read = (): Promise<Result<Pems>> => pemsOf(named);
  const served = await read();
  return served.ok ? ok({ read, served: served.value }) : served;
}

export interface FollowedPems extends OpenPems {
  /** Serves them from the next connection on. */
  take(pems: Pems): void;
}

export interface FollowPemsSettings {
  everyMs: number;
  /** Others are served from now on; `until`: the end of their validity, as the certificate says it. */
  renewed(until: string): void;
  /** What is there now is not served: what was before goes on being. */
  failed(problem: string): void;
}

/** Looks at the files from time to time. `followed`: the same objects as long as the same files are meant. Answers how to end that. */
export function followPems(followed: () => readonly FollowedPems[], { everyMs, renewed, failed }: FollowPemsSettings): () => void {
  const doubtful = new WeakMap<FollowedPems, string>();
  const look = async (one: FollowedPems): Promise<void> => {
    const read = await one.read();
    const doubt = doubtful.get(one);
    if (!read.ok) {
      // The files of a pair are not replaced in one moment: only what is wrong at two looks is wrong, and is said once.
      if (doubt === undefined) doubtful.set(one, '');
      else if (doubt !== read.problem.message) {
        doubtful.set(one, read.problem.message);
        failed(read.problem.message);
      }
      return;
    }
    doubtful.delete(one);
    if (names.every((name) => one.served[name] === read.value[name])) return;
    one.take(read.value);
    one.served = read.value;
    renewed(read.value.cert === undefined ? 'unknown' : new X509Certificate(read.value.cert).validTo);
  };
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    timer = setTimeout(async () => {
      for (const one of followed()) await look(one).catch((error: unknown) => failed(error instanceof Error ? error.message : 'unknown'));
      if (timer !== undefined) later();
    }, everyMs);
    timer.unref();
  };
  later();
  return () => {
    clearTimeout(timer);
    timer = undefined;
  };
}
