// LISTEN on a connection of its own, which comes back after PostgreSQL was away.
// https://www.postgresql.org/docs/current/sql-listen.html
import pg from 'pg';
import { databaseError } from './failure.ts';
import { clientConfig, type LinkSettings } from './link.ts';

const retryMs = 250;

/**
 * Calls `heard` with the payload of every notification. After a reconnect it is called once with '': notifications of the
 * time in between are lost, so whoever listens looks for itself. Throws where the first connection cannot be made.
 */
export async function listen(
  settings: LinkSettings,
  channel: string,
  heard: (payload: string) => void,
): Promise<{ close(): Promise<void> }> {
  if (!/^[a-z_][a-z0-9_]*$/.test(channel)) throw new Error(`"${channel}" cannot be the name of a channel.`);
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client({ ...clientConfig(settings), application_name: 'lamplight listener' });
    let over = false;
    const lost = () => {
      if (over) return;
      over = true;
      client.end().catch(() => {});
      if (!closed && client === current) retry = setTimeout(reopen, retryMs);
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', (notification) => heard(notification.payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
    } catch (error) {
      over = true;
      client.end().catch(() => {});
      throw databaseError(error);
    }
    return client;
  };
  const reopen = () => {
    open().then(
      (client) => {
        current = client;
        if (closed) client.end().catch(() => {});
        else heard('');
      },
      () => {
        if (!closed) retry = setTimeout(reopen, retryMs);
      },
    );
  };

  let current = await open();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await current.end().catch(() => {});
    },
  };
}
