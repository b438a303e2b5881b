// What others reach: the port, the address, TLS.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { httpDestination } from '../destination/http.ts';
import type { Settings } from '../settings.ts';
import { broken, type Check, doubtful, type Finding, fine } from './contract.ts';

export const port: Check = {
  name: 'port',
  async look({ settings, running }) {
    if (running !== undefined || settings.port === 0) return [];
    const failure = await tryPort(settings.port, settings.host);
    if (failure === undefined) return [fine(`${settings.host}:${settings.port} is free`)];
    if (failure === 'EADDRINUSE') {
      const who = holderOf(settings.port);
      return [
        broken(`port ${settings.port} is in use${who === undefined ? '' : ` by ${who}`}`, 'stop that program, or set LAMPLIGHT_PORT'),
      ];
    }
    if (failure === 'EACCES')
      return [broken(`port ${settings.port} may not be opened by this user`, 'set LAMPLIGHT_PORT to 1024 or above')];
    return [
      broken(`${settings.host}:${settings.port} cannot be listened on (${failure})`, 'set LAMPLIGHT_HOST to an address of this machine'),
    ];
  },
};

/** Code of the error; undefined where it can be opened. */
const tryPort = (number: number, host: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(number, host, () => server.close(() => resolve(undefined)));
  });

/** Linux: the listening socket's inode (proc(5), /proc/net/tcp), then the process that holds it open, where we may look. */
function holderOf(number: number): string | undefined {
  const hex = number.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of read(file).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hex}`) === true && fields[3] === '0A') inodes.add(`socket:[${fields[9]}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      if (inodes.has(link(`/proc/${pid}/fd/${fd}`))) return `process ${pid} (${read(`/proc/${pid}/comm`).trim()})`;
    }
  }
  return undefined;
}

const orEmpty = <T>(look: () => T, otherwise: T): T => {
  try {
    return look();
  } catch {
    return otherwise;
  }
};
const read = (file: string): string => orEmpty(() => readFileSync(file, 'utf8'), '');
const list = (folder: string): string[] => orEmpty(() => readdirSync(folder), []);
const link = (file: string): string => orEmpty(() => readlinkSync(file), '');

export const address: Check = {
  name: 'address',
  async look({ settings, running }) {
    const findings: Finding[] = [];
    if (running?.address !== undefined) findings.push(await answers(running.address, settings));
    if (settings.publicUrl !== undefined && running !== undefined) {
      const found = await ask(settings.publicUrl, undefined);
      findings.push(
        found === 200
          ? fine(`${settings.publicUrl} reaches it`)
          : doubtful(
              `${settings.publicUrl} (LAMPLIGHT_PUBLIC_URL) does not reach it: ${found}`,
              'look at the proxy in front and its certificate',
            ),
      );
    }
    const outside = !/^(127\.|::1$|localhost$)/.test(settings.host);
    if (outside && settings.tlsKey === undefined && !settings.trustProxy)
      findings.push(
        doubtful(
          `it listens on ${settings.host} without TLS`,
          'set LAMPLIGHT_TLS_KEY and LAMPLIGHT_TLS_CERT, or put a proxy with TLS in front (LAMPLIGHT_TRUST_PROXY=on)',
        ),
      );
    return findings;
  },
};

async function answers(base: string, settings: Settings): Promise<Finding> {
  const found = await ask(base, settings.tlsCert);
  if (found === 200) return fine(`${base} is ready`);
  return broken(`${base} does not answer as ready: ${found}`, 'give it a moment after the start; otherwise look into its log');
}

/** Status of /readyz, or why there is none. */
async function ask(base: string, certificateFile: string | undefined): Promise<number | string> {
  const destination = httpDestination({ base, key: base, journal: '', certificateFile });
  try {
    const answer = await destination.fhir({ method: 'GET', target: 'readyz' });
    return answer.ok ? answer.value.status : answer.problem.message;
  } finally {
    destination.close();
  }
}

const soonDays = 30;
const dayMs = 86_400_000;

export const tls: Check = {
  name: 'tls',
  look({ settings, now }) {
    const { tlsKey, tlsCert } = settings;
    if (tlsKey === undefined || tlsCert === undefined) return [];
    const certificate = parsed(tlsCert, (text) => new X509Certificate(text));
    const key = parsed(tlsKey, (text) => createPrivateKey(text));
    if (typeof certificate === 'string') return [broken(certificate, 'LAMPLIGHT_TLS_CERT must name a PEM file with the certificate first')];
    if (typeof key === 'string') return [broken(key, 'LAMPLIGHT_TLS_KEY must name a PEM file with the private key, without a passphrase')];
    const findings: Finding[] = [];
    if (!certificate.checkPrivateKey(key))
      findings.push(broken(`the key ${tlsKey} does not belong to ${tlsCert}`, 'name the two files of one pair'));
    const days = Math.floor((Date.parse(certificate.validTo) - now.getTime()) / dayMs);
    if (days < 0)
      findings.push(broken(`the certificate expired on ${certificate.validTo}`, 'renew it: a running server takes it within seconds'));
    else if (days < soonDays)
      findings.push(doubtful(`the certificate expires in ${days} days`, 'renew it: a running server takes it within seconds'));
    if (Date.parse(certificate.validFrom) > now.getTime())
      findings.push(broken(`the certificate is not valid before ${certificate.validFrom}`, 'look at the clock'));
    if ((statSync(tlsKey).mode & 0o007) !== 0)
      findings.push(doubtful(`every user of this machine may read ${tlsKey}`, `chmod 600 ${tlsKey}`));
    return findings.length > 0 ? findings : [fine(`the certificate is good for ${days} days`)];
  },
};

function parsed<T>(file: string, read_: (text: string) => T): T | string {
  try {
    return read_(readFileSync(file, 'utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'EACCES' ? `${file} cannot be read (${code})` : `${file} holds nothing that can be used`;
  }
}
