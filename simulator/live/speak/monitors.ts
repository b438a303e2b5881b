// Bedside monitors and infusion pumps: each publishes what it measures or does over MQTT (docs/devices.md), at least once.
import { connectAsync, type MqttClient } from 'mqtt';
import { mrnSystem } from '../../identity.ts';
import { deviceSystem } from '../infusions.ts';
import type { Happening } from '../world.ts';

export interface Monitors {
  say(happening: Happening): Promise<'taken' | 'refused' | 'away'>;
  close(): Promise<void>;
}

export function monitorsOf(url: string, account: string, token: () => string): Monitors {
  let client: MqttClient | undefined;
  return {
    async say(happening) {
      try {
        client ??= await connectAsync(
          url,
          { username: account, password: token(), clientId: `monitors-${process.pid}`, reconnectPeriod: 5000, connectTimeout: 10_000 },
          false,
        );
        const { topic, payload } =
          happening.pump === undefined ? ofMonitor(happening, account) : ofPump(happening, happening.pump, account);
        await client.publishAsync(`lamplight/devices/${topic}/observations`, JSON.stringify(payload), { qos: 1 });
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

function ofMonitor({ atMs, person, visit, monitor }: Happening, account: string) {
  const device = `${account}:monitor-${visit?.ward ?? 'ward'}-${(visit?.bed ?? 0) + 1}`;
  const at = new Date(atMs).toISOString();
  const payload = {
    patient: { system: mrnSystem, value: person.mrn },
    device: { id: device, manufacturer: 'Example Monitors', model: 'Bedside 3' },
    sent: at,
    time: at,
    values: monitor,
  };
  return { topic: device, payload };
}

/** A pump does not know whom it infuses: that is what the nurse has scanned. */
function ofPump({ atMs }: Happening, { device, name, report }: NonNullable<Happening['pump']>, account: string) {
  const at = new Date(atMs).toISOString();
  const payload = { device: { id: device, system: deviceSystem, name, type: '69985' }, sent: at, time: at, values: [report] };
  return { topic: `${account}:${device}`, payload };
}
