// The hospital that lives beside a running Lamplight, on its virtual clock, and speaks to it through its gateways only: one MLLP connection
// a sending system, FHIR with a token, MQTT for monitors, X12 by the exchange or into a folder. Where Lamplight cannot follow, the virtual
// clock waits; what was not acknowledged is said again.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hospitalOf } from '../hospital.ts';
import type { Entrance } from './clicks/account.ts';
import { staffAccounts } from './clicks/account.ts';
import { deskOf } from './clicks/desk.ts';
import { ownChartsOf } from './clicks/own-charts.ts';
import { clockOf } from './clock.ts';
import { lifeOf } from './life.ts';
import { tellPast } from './past.ts';
import { fhirSpeaker } from './speak/fhir.ts';
import { hl7Of, isFhir, type System } from './speak/hl7.ts';
import { mllpSender } from './speak/mllp.ts';
import { monitorsOf } from './speak/monitors.ts';
import { outboxOf, type Said } from './speak/outbox.ts';
import { claim837, payment835 } from './speak/x12.ts';
import { takeOver } from './take-over.ts';
import type { Happening, Rates, Truth } from './world.ts';

export interface LiveOptions {
  /** `http://127.0.0.1:8080`. */
  address: string;
  /** May be exchanged while it lives. */
  token: () => string;
  mllp?: { host: string; port: number };
  /** `mqtt://127.0.0.1:1883`; the name of the account that the token belongs to. */
  mqtt?: { url: string; account: string };
  seed: string | number;
  /** Virtual seconds a real one. */
  speed: number;
  bedsEach: number;
  population: number;
  rates: Rates;
  /** The truth is appended here, one line of JSON each. */
  truthFile?: string;
  /** Claims and payments are written here; without it they are posted to the exchange. */
  x12Folder?: string;
  /** Accounts of those who work there, by `Practitioner/…`; grows while they are made. Absent: nobody looks at a screen. */
  staff?: ReadonlyMap<string, Entrance>;
  startMs: number;
  /** Days before now of which visits are told first, once; absent: none. */
  past?: number;
  /** Ends after so many virtual days; absent: when `stopped` says so. */
  days?: number;
  stopped: AbortSignal;
  say(text: string): void;
  /** What goes wrong and whoever runs it should know. */
  warn(text: string): void;
}

export interface LiveSummary {
  happenings: number;
  truths: number;
  takenOver: number;
  /** Resources of what was before. */
  past: number;
  messages: Said;
  fhir: Said;
  monitors: Said;
  claims: Said;
  /** Charts that were opened by the staff. */
  looks: Said;
}

/** Numbers of those who come, apart from whoever a demonstration has loaded. */
const from = 100_000;
/** The clock waits while more than this is unsaid. */
const waitingMax = 400;
const none = (): Said => ({ sent: 0, refused: 0, away: 0 });

export async function live(options: LiveOptions): Promise<LiveSummary> {
  const { address, token, stopped, speed } = options;
  const summary: LiveSummary = {
    happenings: 0,
    truths: 0,
    takenOver: 0,
    past: 0,
    messages: none(),
    fhir: none(),
    monitors: none(),
    claims: none(),
    looks: none(),
  };
  const hospital = hospitalOf(options.seed, options.bedsEach);
  const fhir = fhirSpeaker(`${address}/fhir`, token);
  // The last to be added: a hospital that was written before some of its staff came is written again.
  const latest = staffAccounts(hospital).at(-1)?.practitioner;
  const known = await fhir.get(`/${latest}`);
  const refused = known === undefined ? await fhir.put(hospital.bundle) : undefined;
  if (refused !== undefined) throw new Error(`${address} does not take the hospital: look at the token and the address (${refused})`);

  const plant = (truth: Truth): void => {
    summary.truths++;
    if (options.truthFile !== undefined) appendFileSync(options.truthFile, `${JSON.stringify(truth)}\n`);
  };
  const began = Date.now();
  if (options.past !== undefined) {
    const { bedsEach, population, seed } = options;
    summary.past = await tellPast({ fhir, seed, hospital, bedsEach, population, days: options.past, stopped, plant, warn: options.warn });
    if (summary.past > 0) options.say(`${summary.past} resources of the last ${options.past} days`);
  }
  // What lies between has passed for the hospital too.
  const startMs = options.startMs + (Date.now() - began) * (options.speed === 1 ? 1 : 0);

  const lines = new Map<System, { outbox: ReturnType<typeof outboxOf<string>>; close(): void }>();
  const lineOf = (system: System) => {
    const open = lines.get(system);
    if (open !== undefined || options.mllp === undefined) return open;
    const sender = mllpSender(options.mllp.host, options.mllp.port);
    const line = { outbox: outboxOf<string>((text) => sender.send(text), summary.messages, stopped), close: sender.close };
    lines.set(system, line);
    return line;
  };
  const fhirBox = outboxOf<Happening>(
    async (happening) => {
      // Who writes a note signs it with an account of one's own; where that is refused, the ward's program has it.
      const signed = happening.kind === 'note' ? await desk?.sign(happening) : undefined;
      return signed === undefined || signed === 'refused' ? fhir.say(happening) : signed;
    },
    summary.fhir,
    stopped,
  );
  const monitors = options.mqtt === undefined ? undefined : monitorsOf(options.mqtt.url, options.mqtt.account, token);
  const monitorBox = outboxOf<Happening>(async (happening) => monitors?.say(happening) ?? 'refused', summary.monitors, stopped);
  const claimBox = outboxOf<{ name: string; text: string }>((one) => sayClaim(one, options), summary.claims, stopped);
  const waiting = (): number =>
    (desk?.waiting ?? 0) +
    fhirBox.waiting +
    monitorBox.waiting +
    claimBox.waiting +
    [...lines.values()].reduce((sum, { outbox }) => sum + outbox.waiting, 0);

  let desk: ReturnType<typeof deskOf> | undefined;
  const life = lifeOf({
    ...options,
    startMs,
    hospital,
    from,
    tell(happening) {
      summary.happenings++;
      desk?.hear(happening);
      for (const { system, message } of hl7Of(happening)) lineOf(system)?.outbox.put(message);
      if (isFhir(happening)) fhirBox.put(happening);
      const flags = happening.kind === 'discharged' ? happening.resources.filter(({ resourceType }) => resourceType === 'Flag') : [];
      if (flags.length > 0) fhirBox.put({ ...happening, resources: flags });
      if ((happening.kind === 'telemetry' || happening.kind === 'infusing') && monitors !== undefined) monitorBox.put(happening);
      const { claim } = happening;
      if (claim === undefined) return;
      claimBox.put({ name: `${claim.number}.837`, text: claim837({ ...happening, claim }) });
      life.world.later(claim.paidAtMs, () => claimBox.put({ name: `${claim.number}.835`, text: payment835({ ...happening, claim }) }));
    },
    plant,
  });
  const own = ownChartsOf(options.seed, hospital);
  const unwritten = options.staff === undefined ? undefined : await fhir.put(own.bundle);
  if (unwritten !== undefined) options.warn(`the staff have no records of their own (${unwritten})`);
  desk =
    options.staff === undefined
      ? undefined
      : deskOf({ ...options, staff: options.staff, world: life.world, ownCharts: own.charts, said: summary.looks, plant });
  summary.takenOver = await takeOver(life.world, fhir, `${options.seed} ${startMs}`);
  options.say(`the hospital lives: ${summary.takenOver} were there already, ${speed === 1 ? 'in real time' : `${speed} times as fast`}`);

  const clock = clockOf(startMs, speed);
  const endMs = options.days === undefined ? Number.POSITIVE_INFINITY : startMs + options.days * 86_400_000;
  while (!stopped.aborted) {
    const nextMs = life.nextMs() ?? Number.POSITIVE_INFINITY;
    if (nextMs > endMs) break;
    if (waiting() > waitingMax) {
      clock.holdAt(life.world.nowMs);
      await sleep(100, undefined, { signal: stopped }).catch(() => undefined);
      clock.holdAt(life.world.nowMs);
      continue;
    }
    const pauseMs = clock.untilMs(nextMs);
    if (pauseMs > 0) await sleep(Math.min(pauseMs, 20_000), undefined, { signal: stopped }).catch(() => undefined);
    else {
      life.step();
      // Answers are heard between the events, at whatever speed.
      if (summary.happenings % 16 === 0) await new Promise<void>((done) => setImmediate(done));
    }
  }
  await Promise.all([
    desk?.quiet(),
    fhirBox.quiet(),
    monitorBox.quiet(),
    claimBox.quiet(),
    ...[...lines.values()].map(({ outbox }) => outbox.quiet()),
  ]);
  for (const { close } of lines.values()) close();
  await monitors?.close();
  return summary;
}

async function sayClaim(
  { name, text }: { name: string; text: string },
  { address, token, x12Folder }: LiveOptions,
): Promise<'taken' | 'refused' | 'away'> {
  if (x12Folder !== undefined) {
    mkdirSync(x12Folder, { recursive: true });
    writeFileSync(join(x12Folder, name), text);
    return 'taken';
  }
  try {
    const response = await fetch(`${address}/exchange/receive?channel=x12`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/edi-x12' },
      body: text,
      signal: AbortSignal.timeout(30_000),
    });
    await response.arrayBuffer();
    if (response.ok) return 'taken';
    return response.status === 429 || response.status >= 500 ? 'away' : 'refused';
  } catch {
    return 'away';
  }
}
