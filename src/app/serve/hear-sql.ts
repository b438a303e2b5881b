// The tables by PostgreSQL's protocol, where a port is set for that (docs/sql.md).
import { ok, type Result } from '../../fhir/result.ts';
import { usualPurpose } from '../../gateways/http/server.ts';
import { listenPostgresWire, type WireListener } from '../../gateways/postgres-wire/listener.ts';
import type { People } from '../../people/contract.ts';
import type { InstalledTables } from '../../warehouse/contract.ts';
import type { Pems } from '../certificates.ts';
import type { Settings } from '../settings.ts';

const sqlConnections = { all: 200, ofOne: 40 };

export async function hearSql(
  settings: Settings,
  {
    tables,
    people,
    tls,
    now,
    failed,
  }: { tables: InstalledTables; people: People; tls: Pems | undefined; now(): Date; failed(error: unknown): void },
): Promise<Result<{ listener?: WireListener; notes: string[] }>> {
  const { host, sqlPort: port } = settings;
  if (port === 'off') return ok({ notes: [] });
  const listener = await listenPostgresWire(
    { tables, people, purposeOf: usualPurpose },
    {
      host,
      port,
      tls,
      idleMs: settings.idleMinutes * 60_000,
      connectionsMax: sqlConnections.all,
      connectionsOfOneMax: sqlConnections.ofOne,
      signInPerMinute: settings.signInRatePerMinute,
      now,
      failed,
    },
  );
  if (!listener.ok) return listener;
  return ok({
    listener: listener.value,
    notes: [`SQL for psql, R and Python (PostgreSQL’s protocol${tls === undefined ? '' : ' with TLS'}): ${host}:${listener.value.port}`],
  });
}
