import { describe, expect, it } from 'vitest';
import { shelfInMemory } from './drafts.fixture.ts';
import { type Letter, type Outcome, openOutbox } from './outbox.ts';

const letter = (makes: string) =>
  ({ label: makes, address: '/app/work', method: 'PUT', path: `/fhir/${makes}`, body: '{}', makes }) as const;

function server() {
  const arrived: string[] = [];
  const at = { away: false, refuses: undefined as string | undefined };
  return {
    at,
    arrived,
    async send({ makes }: Letter): Promise<Outcome> {
      if (at.away) return { kind: 'away' };
      if (at.refuses === makes) return { kind: 'refused', status: 412, words: 'somebody changed it' };
      arrived.push(makes);
      return { kind: 'done' };
    },
  };
}

describe('what was saved', () => {
  it('is sent at once where the server is there, and nothing is left', async () => {
    const { send, arrived } = server();
    const outbox = openOutbox(shelfInMemory(), 'amara', send);
    expect(await outbox.post(letter('Observation/1'))).toEqual({ kind: 'done' });
    expect(arrived).toEqual(['Observation/1']);
    expect(outbox.all()).toEqual([]);
  });

  it('waits while the server is away, and is sent in order when it is back', async () => {
    const { send, arrived, at } = server();
    const outbox = openOutbox(shelfInMemory(), 'amara', send);
    at.away = true;
    expect(await outbox.post(letter('Observation/1'))).toEqual({ kind: 'away' });
    expect(await outbox.post(letter('Observation/2'))).toEqual({ kind: 'away' });
    at.away = false;
    expect(await outbox.post(letter('Observation/3'))).toEqual({ kind: 'done' });
    expect(arrived).toEqual(['Observation/1', 'Observation/2', 'Observation/3']);
  });

  it('survives the page, for its own account only', async () => {
    const { send, arrived, at } = server();
    const shelf = shelfInMemory();
    at.away = true;
    await openOutbox(shelf, 'amara', send).post(letter('Composition/1'));
    at.away = false;
    const other = openOutbox(shelf, 'okafor', send);
    await other.flush();
    expect(other.all()).toEqual([]);
    expect(arrived).toEqual([]);
    await openOutbox(shelf, 'amara', send).flush();
    expect(arrived).toEqual(['Composition/1']);
  });

  it('that is refused tells whoever waits for it, and is left to them', async () => {
    const { send, at } = server();
    const outbox = openOutbox(shelfInMemory(), 'amara', send);
    at.refuses = 'Condition/1';
    expect(await outbox.post(letter('Condition/1'))).toEqual({ kind: 'refused', status: 412, words: 'somebody changed it' });
    expect(outbox.all()).toEqual([]);
  });

  it('that is refused later stays with its reason, holds what came after it about the same thing, and nothing else', async () => {
    const { send, arrived, at } = server();
    const outbox = openOutbox(shelfInMemory(), 'amara', send);
    at.away = true;
    for (const makes of ['Condition/1', 'Condition/1', 'Condition/2']) await outbox.post(letter(makes));
    at.away = false;
    at.refuses = 'Condition/1';
    await outbox.flush();
    expect(arrived).toEqual(['Condition/2']);
    expect(outbox.all().map(({ refused }) => refused?.words)).toEqual(['somebody changed it', undefined]);
    await outbox.flush();
    expect(outbox.all()).toHaveLength(2);
  });

  it('is sent once where two ask for it at once', async () => {
    const { send, arrived } = server();
    const outbox = openOutbox(shelfInMemory(), 'amara', send);
    await Promise.all([outbox.post(letter('Observation/1')), outbox.flush(), outbox.post(letter('Observation/2'))]);
    expect(arrived).toEqual(['Observation/1', 'Observation/2']);
  });

  it('tells who watches', async () => {
    const { send, at } = server();
    const outbox = openOutbox(shelfInMemory(), 'amara', send);
    at.away = true;
    let told = 0;
    const stop = outbox.watch(() => told++);
    await outbox.post(letter('Observation/1'));
    stop();
    expect(told).toBeGreaterThan(0);
    expect(outbox.all()).toBe(outbox.all());
  });
});
