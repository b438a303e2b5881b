// One connection of one sending system: a message, its acknowledgement, the next message. Where the other side is away or refuses for the
// moment, the same message is sent again, so that nothing is lost and nothing overtakes (HL7 v2.5.1, chapter 2; MLLP release 1).
import { connect, type Socket } from 'node:net';

/** Waits this long for an acknowledgement. */
const answerMs = 30_000;

export function mllpSender(host: string, port: number): { send(text: string): Promise<'taken' | 'refused' | 'away'>; close(): void } {
  let socket: Socket | undefined;
  let heard = '';
  let answered: ((code: string | undefined) => void) | undefined;
  const dial = (): Promise<Socket | undefined> =>
    new Promise((done) => {
      const fresh = connect({ host, port });
      fresh.setNoDelay(true);
      fresh.once('connect', () => {
        socket = fresh;
        heard = '';
        done(fresh);
      });
      fresh.on('error', () => fresh.destroy());
      fresh.on('close', () => {
        if (socket === fresh) socket = undefined;
        answered?.(undefined);
        done(undefined);
      });
      fresh.on('data', (chunk: Buffer) => {
        heard += chunk.toString('utf8');
        for (let end = heard.indexOf('\u001c\r'); end !== -1; end = heard.indexOf('\u001c\r')) {
          const code = /\rMSA\|(\w\w)/.exec(heard.slice(0, end))?.[1];
          heard = heard.slice(end + 2);
          answered?.(code ?? '');
        }
      });
    });
  return {
    async send(text) {
      const line = socket ?? (await dial());
      if (line === undefined) return 'away';
      const code = await new Promise<string | undefined>((done) => {
        const timer = setTimeout(() => line.destroy(), answerMs);
        answered = (given) => {
          clearTimeout(timer);
          answered = undefined;
          done(given);
        };
        line.write(`\u000b${text}\u001c\r`);
      });
      if (code === undefined) return 'away';
      return code === 'AA' || code === 'CA' ? 'taken' : 'refused';
    },
    close: () => socket?.destroy(),
  };
}
