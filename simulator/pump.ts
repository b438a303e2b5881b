// An infusion pump: programmed, started, occluded, set to another rate by hand, empty. It knows minutes and millilitres and nothing of who
// it infuses; what it reports are the codes of IEEE 11073-10101 (docs/devices.md).

export interface Pump {
  readonly state: 'standby' | 'infusing' | 'paused' | 'ended';
  readonly rateMlPerH: number;
  readonly remainingMl: number;
  start(): void;
  /** By hand, whatever was programmed. */
  set(rateMlPerH: number): void;
  /** The line is blocked: it stops by itself and alarms, until somebody starts it again. */
  occlude(): void;
  end(): void;
  /** Time passes. What was to be infused is through: it ends by itself. */
  advance(minutes: number): void;
  report(): PumpReport;
}

export interface PumpReport {
  code: string;
  value: string;
  components: { code: string; value: number | string; unit?: string }[];
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

export function pumpOf({ drug, rateMlPerH, volumeMl }: { drug: string; rateMlPerH: number; volumeMl: number }): Pump {
  let state: Pump['state'] = 'standby';
  let rate = rateMlPerH;
  let infused = 0;
  let alarm: string | undefined;
  return {
    get state() {
      return state;
    },
    get rateMlPerH() {
      return rate;
    },
    get remainingMl() {
      return volumeMl - infused;
    },
    start() {
      if (state === 'ended') return;
      state = 'infusing';
      alarm = undefined;
    },
    set(next) {
      rate = next;
    },
    occlude() {
      if (state !== 'infusing') return;
      state = 'paused';
      alarm = 'occlusion';
    },
    end() {
      state = 'ended';
      alarm = undefined;
    },
    advance(minutes) {
      if (state !== 'infusing') return;
      infused = Math.min(volumeMl, infused + (rate * minutes) / 60);
      if (infused >= volumeMl) state = 'ended';
    },
    report: () => ({
      code: '184508',
      value: `pump-status-${state}`,
      components: [
        { code: '157784', value: state === 'infusing' ? rate : 0, unit: 'mL/h' },
        { code: '157993', value: tenth(infused), unit: 'mL' },
        { code: '157872', value: tenth(volumeMl - infused), unit: 'mL' },
        { code: '184330', value: drug },
        ...(alarm === undefined ? [] : [{ code: '68481', value: alarm }]),
      ],
    }),
  };
}
