// Asks the Lamplight that runs on the data folder something over HTTP, for commands that must reach the process itself: with a token
// of a minute, which whoever may open its database may make.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { readInstance } from '../database/instance.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { openPeople } from '../people/people.ts';
import type { Settings } from './settings.ts';
import { withDatabase } from './with-database.ts';

export interface Answered {
  status: number;
  body: string;
}

const tokenMs = 60_000;
const patienceMs = 120_000;

/** `name`: who asks, for the audit trail. */
export async function askInstance(settings: Settings, name: string, method: 'GET' | 'POST', path: string): Promise<Result<Answered>> {
  const address = readInstance(settings.dataDir)?.address;
  if (address === undefined)
    return fail(
      'not-found',
      `No Lamplight serves from ${settings.dataDir}: start it with "lamplight serve", or name its LAMPLIGHT_DATA_DIR`,
    );
  return withDatabase(
    settings,
    async (database) => {
      const people = openPeople(database);
      const issued = await people.issueToken({ role: 'administrator', name }, tokenMs, new Date());
      if (!issued.ok) return issued;
      try {
        return ok(await send(new URL(path, address), method, issued.value.token, settings.tlsCert));
      } catch (error) {
        return fail('busy', `Lamplight at ${address} did not answer: ${error instanceof Error ? error.message : 'unknown'}`);
      } finally {
        await people.revoke(issued.value.token);
      }
    },
    { make: false },
  );
}

async function send(url: URL, method: string, token: string, certificate: string | undefined): Promise<Answered> {
  const tls = url.protocol === 'https:';
  const socket = tls ? await known(url, certificate) : undefined;
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-length': '0' };
    const asked = (tls ? requestTls : requestPlain)(
      url,
      // With an agent, even one of its own, the socket would not be used, and the certificate asked for its name.
      { method, headers, timeout: patienceMs, ...(socket === undefined ? { agent: false } : { createConnection: (): Socket => socket }) },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        answer.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${patienceMs / 1000} s`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** Its certificate names the hospital's host and not this address: it is known by being the one of the settings. */
function known(url: URL, certificate: string | undefined): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port || 443), rejectUnauthorized: false }, () => {
      const mine = certificate === undefined ? undefined : new X509Certificate(readFileSync(certificate)).fingerprint256;
      if (mine !== undefined && socket.getPeerCertificate().fingerprint256 === mine) return resolve(socket);
      socket.destroy();
      reject(new Error('its certificate is not the one of LAMPLIGHT_TLS_CERT; run this with the settings of the server'));
    });
    socket.on('error', reject);
  });
}
