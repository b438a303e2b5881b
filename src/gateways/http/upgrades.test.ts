import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withoutUpgrade } from './upgrades.ts';

const server = createServer((request: IncomingMessage, response) => {
  let body = '';
  request.on('data', (piece) => (body += String(piece)));
  request.on('end', () => response.end(`${request.method} ${request.url} ${request.headers['x-own'] ?? ''} ${body}`));
});
let port = 0;
beforeAll(async () => {
  server.on('upgrade', (request, socket, head) => withoutUpgrade(server, request, socket, head));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => server.close());

/** Everything that is answered until the other side hangs up. */
const conversation = (text: string): Promise<string> =>
  new Promise((done, failed) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (piece) => (heard += String(piece)));
    socket.on('end', () => done(heard));
    socket.on('error', failed);
  });

it('answers a request that offers HTTP/2 as if it had not, with its body, and the next one on the same connection', async () => {
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAA\r\n';
  const heard = await conversation(
    `POST /one HTTP/1.1\r\nHost: a\r\n${offer}X-Own: kept\r\nContent-Length: 5\r\n\r\nhello` +
      'GET /two HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  );
  expect(heard).toContain('POST /one kept hello');
  expect(heard).toContain('GET /two');
});
