// HL7 v2 over MLLP as senders do it, one of them a client that is not ours: what is acknowledged is kept, what is wrong is said, and
// nobody's fault is another's.
import { Client, Message } from 'node-hl7-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, type Stand, stand } from './calls.ts';
import { mllpPortOf, sender } from './mllp-client.ts';

let here: Stand;
let port = 0;
beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_MLLP_PORT: '0', LAMPLIGHT_BODY_MEGABYTES_MAX: '2', LAMPLIGHT_REQUEST_SECONDS: '5' } });
  port = mllpPortOf(here.server.said());
});
afterAll(() => here.end());

let number = 0;
const adt = (more: { control?: string; mrn?: string; msh?: string; pid?: string } = {}): string =>
  `MSH|^~\\&|ADT|NORTH|LAMP|SOUTH|20260701120000||ADT^A08^ADT_A01|${more.control ?? `C${++number}`}|P|2.5.1${more.msh ?? ''}\rPID|1||${more.mrn ?? `M${number}`}^^^NORTH^MR||NIGHTINGALE^FLORENCE${more.pid ?? ''}\r`;

async function messages(query: string): Promise<Json[]> {
  const { json } = await here.call('GET', `/exchange/messages?${query}`);
  return Object.values(json?.['messages'] ?? []);
}

describe('an acknowledgement', () => {
  test('says that the message is kept, to whom it came from, in its version and by its control id', async () => {
    const one = await sender(port);
    const answer = await one.send(adt({ control: 'ACK1' }));
    one.end();
    expect(answer.split('\r')[0]).toMatch(
      /^MSH\|\^~\\&\|LAMP\|SOUTH\|ADT\|NORTH\|\d{14}\+0000\|\|ACK\^A08\^ACK\|[0-9A-F]{20}\|P\|2\.5\.1$/,
    );
    expect(answer.split('\r')[1]).toBe('MSA|AA|ACK1');
    expect(await messages('control-id=ACK1')).toMatchObject([{ sender: 'ADT/NORTH', kind: 'ADT^A08' }]);
  });

  test('is the same for the same message, however often it comes and over whichever connection', async () => {
    const [one, other] = [await sender(port), await sender(port)];
    const text = adt({ control: 'AGAIN' });
    const first = await one.send(text);
    expect(await one.send(text)).toBe(first);
    expect(await other.send(text)).toBe(first);
    one.end();
    other.end();
    expect(await messages('control-id=AGAIN')).toHaveLength(1);
  });

  test('says what is wrong and where, and the connection goes on', async () => {
    const one = await sender(port);
    const wrong = await one.send('MSH|^~\\&|ADT|NORTH|LAMP|SOUTH|20260701||||P|2.5.1\rPID|1\r');
    expect(wrong).toMatch(/\rMSA\|AE\|\|MSH-9 is empty/);
    expect(wrong).toMatch(/\rERR\|\|MSH\^1\^9\^1\|/);
    const noise = await one.send('hello');
    expect(noise).toMatch(/\rMSA\|AE\|/);
    expect(await one.send(adt())).toMatch(/\rMSA\|AA\|/);
    one.end();
  });

  test('comes in the order of the messages where a sender does not wait for it', async () => {
    const one = await sender(port);
    const controls = Array.from({ length: 200 }, (_, index) => `PIPE${index}`);
    one.socket.write(Buffer.concat(controls.map((control) => Buffer.from(`\u000b${adt({ control })}\u001c\r`))));
    for (const control of controls) expect(await one.answer()).toContain(`MSA|AA|${control}\r`);
    one.end();
  });

  test('is in the character set of the message', async () => {
    const one = await sender(port);
    const bytes = Buffer.from(adt({ control: 'LATIN', msh: '||||||8859/1', pid: '|MÜLLER' }), 'latin1');
    expect(await one.send(bytes)).toContain('MSA|AA|LATIN');
    one.end();
    const [message] = await messages('control-id=LATIN');
    const ledger = async (): Promise<string> => (await here.call('GET', `/exchange/messages/${String(message?.['id'])}/ledger`)).text;
    await expect.poll(ledger).toContain('MÜLLER');
  });
});

describe('what senders do wrong', () => {
  test('a message that is too large is refused with its size, and the next is taken', async () => {
    const one = await sender(port);
    const large = await one.send(adt({ control: 'LARGE', pid: `|${'X'.repeat(3_000_000)}` }));
    expect(large).toMatch(/MSA\|AR\|LARGE\|The message has 30\d{5} bytes; at most 2097152 are taken/);
    expect(await one.send(adt())).toMatch(/MSA\|AA\|/);
    one.end();
    expect(await messages('control-id=LARGE')).toMatchObject([{ state: 'failed' }]);
  });

  test('a frame that never ends holds up nobody, and its connection is ended', async () => {
    const [stuck, other] = [await sender(port), await sender(port)];
    stuck.socket.write('\u000bMSH|^~\\&|ADT|NORTH');
    expect(await other.send(adt())).toMatch(/MSA\|AA\|/);
    await expect(stuck.answer()).rejects.toThrow('ended');
    other.end();
  });

  test('a frame that is cut by the next is refused by itself', async () => {
    const one = await sender(port);
    one.socket.write(`\u000b${adt({ control: 'CUT1' })}\u000b${adt({ control: 'CUT2' })}\u001c\r`);
    expect(await one.answer()).toMatch(/MSA\|AE\|CUT1\|The message was not ended/);
    expect(await one.answer()).toMatch(/MSA\|AA\|CUT2/);
    one.end();
  });

  test.each([
    ['mixed line ends', 'MSH|^~\\&|A|B|||20260701||ADT^A08|MIX|P|2.5\r\nPID|1||MIX^^^N\nPV1|1|I\r'],
    ['nonsense character sets', 'MSH|^~\\&|A|B|||20260701||ADT^A08|MIX2|P|2.5||||||KLINGON\rPID|1||MIX2\r'],
    ['no end of segment at all', 'MSH|^~\\&|A|B|||20260701||ADT^A08|MIX3|P|2.5'],
    ['delimiters of its own', 'MSH$%~\\&$A$B$$$20260701$$ADT%A08$MIX4$P$2.5\rPID$1$$MIX4%%%N\r'],
    ['NUL and control characters', 'MSH|^~\\&|A|B|||20260701||ADT^A08|MIX5|P|2.5\rPID|1||M\u0000X5\u0007\r'],
  ])('%s are read', async (_name, text) => {
    const one = await sender(port);
    expect(await one.send(text)).toMatch(/MSA.A[AE]./);
    one.end();
  });
});

test('a client that is not ours sends a morning of messages', async () => {
  const client = new Client({ host: '127.0.0.1' });
  const answers: string[] = [];
  const connection = client.createConnection({ port }, (response) => {
    answers.push(response.getMessage().get('MSA.1').toString());
  });
  // What it sends before it is connected or answered waits in a loop that leaves nothing else to run.
  await new Promise<void>((done) => connection.once('connect', () => done()));
  for (let index = 0; index < 20; index++) {
    await connection.sendMessage(new Message({ text: adt({ control: `FOREIGN${index}` }).trimEnd() }));
    await expect.poll(() => answers.length).toBe(index + 1);
  }
  await connection.close();
  expect(new Set(answers)).toEqual(new Set(['AA']));
  expect(await messages('sender=ADT/NORTH&kind=ADT^A08&count=1000')).not.toHaveLength(0);
  expect(await messages('control-id=FOREIGN19')).toHaveLength(1);
});
