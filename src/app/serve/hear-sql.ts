// The tables by PostgreSQL's protocol, where a port is set for that (docs/sql.md).
import { readFileSync } from 'node:fs';
import { ok, type Result } from '../../fhir/result.ts';
import { usualPurpose } from '../../gateways/http/server.ts';
import { listenPostgresWire, type WireListener } from '../../gateways/postgres-wire/listener.ts';
import type { People } from '../../people/contract.ts';
import type { InstalledTables } from '../../warehouse/contract.ts';
import type { Settings } from '../settings.ts';

const sqlConnections = { all: 200, ofOne: 40 };

export async function hearSql(
  settings: Settings,
  { tables, people, now, failed }: { tables: InstalledTables; people: People; now(): Date; failed(error: unknown): void },
): Promise<Result<{ listener?: WireListener; notes: string[] }>> {
  const { host, sqlPort: port, tlsKey, tlsCert } = settings;
  if (port === 'off') return ok({ notes: [] });
  const listener = await listenPostgresWire(
    { tables, people, purposeOf: usualPurpose },
    {
      host,
      port,
      ...(tlsKey === undefined || tlsCert === undefined
        ? {}
        : { tls: { key: readFileSync(tlsKey, 'utf8'), cert: readFileSync(tlsCert, 'utf8') } }),
      idleMs: settings.idleMinutes * 60_000,
      connectionsMax: sqlConnections.all,
      connectionsOfOneMax: sqlConnections.ofOne,
      signInPerMinute: settings.signInRatePerMinute,
      now,
      failed,
    },
  );
  if (!listener.ok) return listener;
  const tls = tlsKey === undefined ? '' : ' with TLS';
  return ok({
    listener: listener.value,
    notes: [`SQL for psql, R and Python (PostgreSQL’s protocol${tls}): ${host}:${listener.value.port}`],
  });
}
