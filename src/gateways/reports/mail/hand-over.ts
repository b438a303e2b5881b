// One message to one address by SMTP (RFC 5321), encrypted unless the server is on this machine. What matters most is to know whether it was taken: until the
// server has asked for the message (354) nothing was, after its last answer everything is known, and in between nobody knows.
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Handed, MailServer } from './contract.ts';

const wordsLongest = 300;
/** A server that answers a byte a minute would hold the others up. */
const longestMs = 120_000;

interface SmtpError extends Error {
  code?: string;
  /** Of the server's last answer. */
  responseCode?: number;
  response?: string;
}

export const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

export async function handOver(server: MailServer, to: string, message: Buffer, signal: AbortSignal): Promise<Handed> {
  const near = isThisMachine(server.host);
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.tls === 'tls',
    requireTLS: server.tls === 'starttls' && !near,
    // Nobody listens within a machine, and its certificate is seldom one that anybody has signed.
    opportunisticTLS: near,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: !near },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    dnsTimeout: 10_000,
    socketTimeout: 30_000,
    socketCloseTimeout: 1_000,
    maxResponseSize: 64 * 1024,
  });
  let asked = false;
  const over = new AbortController();
  const said = new Promise<never>((_, broken) => {
    connection.on('error', broken);
    const stop = (why: string) => () => broken(new Error(why));
    signal.addEventListener('abort', stop('the program was stopped'), { once: true, signal: over.signal });
    const timer = setTimeout(stop('the server took too long'), longestMs).unref();
    over.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    if (signal.aborted) stop('the program was stopped')();
  });
  // It may break when nobody listens any more.
  said.catch(() => {});
  const step = <T>(work: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> =>
    Promise.race([
      said,
      new Promise<T>((done, broken) => work((error, value) => (error === null || error === undefined ? done(value as T) : broken(error)))),
    ]);
  try {
    await step<void>((done) => connection.connect(() => done()));
    if (server.user !== undefined)
      await step<void>((done) => connection.login({ user: server.user!, pass: server.password ?? '' }, (error) => done(error)));
    const body = Readable.from(
      (function* () {
        asked = true;
        yield message;
      })(),
    );
    await step((done) => connection.send({ from: server.from, to: [to], size: message.length }, body, (error, info) => done(error, info)));
    connection.quit();
    return { outcome: 'sent', says: 'Taken by the mail server' };
  } catch (error) {
    connection.close();
    return judged(error as SmtpError, asked);
  } finally {
    over.abort();
  }
}

function judged({ responseCode, response, message, code }: SmtpError, asked: boolean): Handed {
  const words = (response ?? message)
    .replaceAll(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ')
    .trim()
    .slice(0, wordsLongest);
  if (responseCode !== undefined && responseCode >= 500) return { outcome: 'refused', says: `The mail server refused it: ${words}` };
  if (responseCode !== undefined && responseCode >= 400) return { outcome: 'later', says: `The mail server did not take it yet: ${words}` };
  if (asked)
    return {
      outcome: 'unknown',
      says: `Not known whether it was sent: the connection broke before the mail server had answered (${words})`,
    };
  if (code === 'ETLS')
    return { outcome: 'refused', says: `The mail server could not be spoken to in secret, so nothing was sent: ${words}` };
  return { outcome: 'later', says: `The mail server could not be reached: ${words}` };
}
