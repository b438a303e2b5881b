// A mail server for tests: it takes what is sent to it and keeps it.
import type { Server } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Mailbox {
  port: number;
  /** What was taken, in the order in which it came. */
  messages: { from: string; to: string[]; text: string }[];
  close(): Promise<void>;
}

/** A mail server on this machine. */
export async function openMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const messages: Mailbox['messages'] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        messages.push({ from, to: envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
    ...options,
  });
  // A client that breaks off is what some of these tests are about.
  server.on('error', () => {});
  const listening = await new Promise<Server>((done) => {
    const opened = server.listen(0, '127.0.0.1', () => done(opened as unknown as Server));
  });
  return {
    port: (listening.address() as { port: number }).port,
    messages,
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}
