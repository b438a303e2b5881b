// Requests that offer another protocol. Only one address here speaks another: everywhere else the offer is ignored and the request is
// answered as if it had not been made, as RFC 9110, section 7.8, lets a server do. Java's HTTP client offers HTTP/2 with every request.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';

/**
 * Hands what was taken for an upgrade back to the server, without the offer. Node takes every request with an Upgrade header off the
 * ordinary way as soon as anybody listens for upgrades; `head` is what had been read behind the request's head.
 */
export function withoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [request.rawHeaders[at], request.rawHeaders[at + 1]];
    if (name.toLowerCase() !== 'upgrade' && name.toLowerCase() !== 'connection') lines.push(`${name}: ${value}`);
  }
  // Whether the connection stays open is still the client's to say.
  if (/\bclose\b/i.test(request.headers.connection ?? '')) lines.push('Connection: close');
  socket.removeAllListeners('error');
  if (head.length > 0) socket.unshift(head);
  socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket);
}
