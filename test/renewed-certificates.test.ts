// Certificates that another program renews while Lamplight runs, as certbot does: served to whoever connects from then on, at every
// port that speaks TLS, and nobody who is connected notices. A pair that does not fit is not taken.
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stand, stand } from './calls.ts';
import { makeCertificates } from './certificates.ts';
import { removeFolder, runCommand, startServer, temporaryFolder } from './running-server.ts';

const folder = temporaryFolder('renewed');
const at = (...names: string[]): string => join(folder, ...names);
for (const name of ['first', 'second', 'channels']) mkdirSync(at(name));
/** Where there is no openssl, nobody can make certificates: the tests say so. */
const possible = makeCertificates(at('first')) && makeCertificates(at('second'));
const open: TLSSocket[] = [];
let here: Stand;

/** The two files are replaced one behind the other, as programs do it. */
function serve(from: 'first' | 'second', names: readonly string[] = ['server.key', 'server.pem']): void {
  for (const name of names) copyFileSync(at(from, name), at(name));
}

beforeAll(async () => {
  if (!possible) return;
  serve('first');
  copyFileSync(at('first', 'ca.pem'), at('ca.pem'));
  const tls = { key: '../server.key', cert: '../server.pem', ca: '../ca.pem' };
  const channel = { name: 'safe', format: 'hl7v2', direction: 'in', source: { mllp: { port: 0, tls } } };
  writeFileSync(at('channels', 'safe.json'), JSON.stringify(channel));
  here = await stand({
    env: {
      LAMPLIGHT_LOG_LEVEL: 'info',
      LAMPLIGHT_WAREHOUSE: 'on',
      LAMPLIGHT_SQL_PORT: '0',
      LAMPLIGHT_MQTT_PORT: '0',
      LAMPLIGHT_CHANNELS: at('channels'),
      LAMPLIGHT_TLS_KEY: at('server.key'),
      LAMPLIGHT_TLS_CERT: at('server.pem'),
      LAMPLIGHT_MQTT_TLS_KEY: at('server.key'),
      LAMPLIGHT_MQTT_TLS_CERT: at('server.pem'),
    },
  });
}, 60_000);
afterAll(async () => {
  for (const socket of open) socket.destroy();
  await here?.end();
  removeFolder(folder);
});

interface Shown {
  socket: TLSSocket;
  serial: string;
}

const handshake = (socket: TLSSocket): Promise<Shown> =>
  new Promise((done, refuse) => {
    open.push(socket);
    socket.once('error', refuse);
    socket.once('secureConnect', () => {
      socket.on('error', () => {});
      done({ socket, serial: socket.getPeerCertificate().serialNumber });
    });
  });

const client = (): { key: Buffer; cert: Buffer } => ({
  key: readFileSync(at('first', 'client.key')),
  cert: readFileSync(at('first', 'client.pem')),
});

/** TLS inside PostgreSQL's protocol: asked for (SSLRequest), granted with S. */
function overSql(port: number): Promise<Shown> {
  return new Promise((done, refuse) => {
    const plain = connectPlain(port, '127.0.0.1', () => plain.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    plain.once('error', refuse);
    plain.once('data', () => handshake(connect({ socket: plain, rejectUnauthorized: false })).then(done, refuse));
  });
}

function ports(): { [name: string]: () => Promise<Shown> } {
  const said = here.server.said();
  const port = (pattern: RegExp): number => Number(pattern.exec(said)?.[1]);
  const [web, mqtt] = [Number(new URL(here.server.address).port), port(/MQTT with TLS: [^:]+:(\d+)/)];
  const [mllp, sql] = [port(/channel safe: HL7 v2 over MLLP with TLS, [^:]+:(\d+)/), port(/SQL for psql.*:(\d+)$/m)];
  const over = (number: number) => () => handshake(connect({ port: number, host: '127.0.0.1', rejectUnauthorized: false, ...client() }));
  return { https: over(web), mqtt: over(mqtt), mllp: over(mllp), sql: () => overSql(sql) };
}

const serials = async (): Promise<string[]> => Promise.all(Object.values(ports()).map(async (dial) => (await dial()).serial));
const serialOf = (from: 'first' | 'second'): string => new X509Certificate(readFileSync(at(from, 'server.pem'))).serialNumber;

test.skipIf(!possible)(
  'every port serves a renewed certificate without a new start (skipped: no openssl)',
  async () => {
    const [first, second] = [serialOf('first'), serialOf('second')];
    expect(await serials()).toEqual([first, first, first, first]);
    const before = await ports()['mllp']!();

    // A certificate without its key, as between two steps of a renewal or after one that failed.
    serve('second', ['server.pem']);
    await expect.poll(() => here.server.said(), { timeout: 60_000, interval: 250 }).toContain('the one before it is served on');
    expect(here.server.said()).toContain('does not belong to the certificate');
    expect(await serials()).toEqual([first, first, first, first]);

    serve('second', ['server.key']);
    await expect.poll(serials, { timeout: 60_000, interval: 1000 }).toEqual([second, second, second, second]);
    expect(here.server.said()).toContain('a renewed certificate is served from now on');
    expect(before.socket.readable && before.socket.writable).toBe(true);
    // Not a word of the keys, nor the texts of certificates.
    expect(here.server.said()).not.toContain('BEGIN');
  },
  120_000,
);

test.skipIf(!possible)(
  'what cannot be served stops the start, and is named',
  async () => {
    const dataDir = temporaryFolder('unserved');
    const start = async (key: string, cert: string): Promise<string> =>
      startServer({ dataDir, env: { LAMPLIGHT_TLS_KEY: key, LAMPLIGHT_TLS_CERT: cert } }).then(
        (server) => server.stop().then(() => 'it started'),
        (error: Error) => error.message,
      );
    const [key, pem] = [at('first', 'server.key'), at('first', 'server.pem')];
    expect(await start(at('gone.key'), pem)).toContain(`LAMPLIGHT_TLS_KEY: ${at('gone.key')} cannot be read (ENOENT)`);
    expect(await start(pem, pem)).toContain(`LAMPLIGHT_TLS_KEY: ${pem} is no private key in PEM without a passphrase`);
    expect(await start(key, key)).toContain(`LAMPLIGHT_TLS_CERT: ${key} is no certificate in PEM`);
    expect(await start(at('second', 'server.key'), pem)).toContain('does not belong to the certificate: name the two files of one pair');
    removeFolder(dataDir);
  },
  60_000,
);

test.skipIf(!possible)(
  'nor are they taken from the file of a channel, where nothing changes then',
  async () => {
    const tls = { key: '../first/server.key', cert: '../second/server.pem', ca: '../ca.pem' };
    const wrong = { name: 'safe', format: 'hl7v2', direction: 'in', source: { mllp: { port: 0, tls } } };
    const before = readFileSync(at('channels', 'safe.json'));
    writeFileSync(at('channels', 'safe.json'), JSON.stringify(wrong));
    const env = { LAMPLIGHT_DATA_DIR: here.server.dataDir, DATABASE_URL: here.url };
    const refused = await runCommand(['exchange', 'reload'], {
      ...env,
      LAMPLIGHT_TLS_KEY: at('server.key'),
      LAMPLIGHT_TLS_CERT: at('server.pem'),
    });
    writeFileSync(at('channels', 'safe.json'), before);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('source.mllp.tls.key')]);
    expect(refused.stderr).toContain('does not belong to the certificate');
    expect((await ports()['mllp']!()).socket.authorized).toBe(false);
  },
  60_000,
);
