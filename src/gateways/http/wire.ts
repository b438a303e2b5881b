// What goes wrong before a request is one, or after its answer: bytes that are no HTTP, heads that are too large, clients that
// are too slow to send or to take. http://www.rfc-editor.org/rfc/rfc9110#section-15.5
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often connections are looked at; a slow one lives at most this much longer than it may. */
export const lookEveryMs = 2_000;

const refusals: Record<string, [status: number, title: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The head of the request is larger than 16 kB: send shorter headers, and long searches by POST to _search'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive: send it again, faster or in parts'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too large: leave them out'],
};
const malformed: [number, string] = [400, 'This is not a valid HTTP/1.1 request: check its request line, its headers and its length'];

/** Answers what the parser refused as RFC 9457, and closes. Nothing of what was sent is repeated. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, title] = refusals[error.code ?? ''] ?? malformed;
  const body = JSON.stringify({ type: 'about:blank', title, status });
  const head = [
    `HTTP/1.1 ${status} ${status === 408 ? 'Request Timeout' : 'Bad Request'}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon());
}

/** Cuts off whoever leaves an answer lying for `patienceMs`; a connection that waits for our answer may stay silent. */
export function cutOffDeaf(server: Server, patienceMs: number): void {
  server.setTimeout(patienceMs, (socket: Socket) => {
    if (socket.writableLength > 0) socket.destroy();
  });
}
