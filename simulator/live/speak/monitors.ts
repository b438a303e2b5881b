// Bedside monitors: each publishes what it measures over MQTT (docs/devices.md), at least once.
import { connectAsync, type MqttClient } from 'mqtt';
import { mrnSystem } from '../../identity.ts';
import type { Happening } from '../world.ts';

export interface Monitors {
  say(happening: Happening): Promise<'taken' | 'refused' | 'away'>;
  close(): Promise<void>;
}

export function monitorsOf(url: string, account: string, token: () => string): Monitors {
  let client: MqttClient | undefined;
  return {
    async say({ atMs, person, visit, monitor }) {
      try {
        client ??= await connectAsync(
          url,
          { username: account, password: token(), clientId: `monitors-${process.pid}`, reconnectPeriod: 5000, connectTimeout: 10_000 },
          false,
        );
        const device = `${account}:monitor-${visit?.ward ?? 'ward'}-${(visit?.bed ?? 0) + 1}`;
        const at = new Date(atMs).toISOString();
        await client.publishAsync(
          `lamplight/devices/${device}/observations`,
          JSON.stringify({
            patient: { system: mrnSystem, value: person.mrn },
            device: { id: device, manufacturer: 'Example Monitors', model: 'Bedside 3' },
            sent: at,
            time: at,
            values: monitor,
          }),
          { qos: 1 },
        );
        return 'taken';
      } catch {
        return 'away';
      }
    },
    async close() {
      await client?.endAsync(true).catch(() => undefined);
    },
  };
}
