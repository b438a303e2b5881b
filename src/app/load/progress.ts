// What a person sees while a load runs: a bar on a terminal, otherwise a line now and then; nothing for what takes no time.
import cliProgress from 'cli-progress';

export interface Progress {
  bytes(count: number): void;
  resources(count: number): void;
  refused(): void;
  /** A sentence, in between. */
  note(text: string): void;
  end(): void;
}

const barAfterMs = 1_000;
const lineEveryMs = 10_000;
const tickMs = 200;
/** The rate is that of the last seconds, so that a pause shows. */
const windowMs = 10_000;

/** `totalBytes`: 0 where it is not known. `things`: what is counted. */
export function showProgress(
  totalBytes: number,
  quiet: boolean,
  stream: NodeJS.WriteStream = process.stderr,
  things = 'resources',
): Progress {
  const startedAt = performance.now();
  const interactive = stream.isTTY === true;
  let bytes = 0;
  let resources = 0;
  let refused = 0;
  let lineAt = startedAt;
  let bar: cliProgress.SingleBar | undefined;
  let samples: { at: number; resources: number; bytes: number }[] = [{ at: startedAt, resources: 0, bytes: 0 }];

  function speed(): { perSecond: number; secondsLeft: number | undefined } {
    const first = samples[0]!;
    const seconds = (performance.now() - first.at) / 1000;
    if (seconds <= 0) return { perSecond: 0, secondsLeft: undefined };
    const bytesPerSecond = (bytes - first.bytes) / seconds;
    const left = totalBytes === 0 || bytesPerSecond === 0 ? undefined : Math.max(0, totalBytes - bytes) / bytesPerSecond;
    return { perSecond: Math.round((resources - first.resources) / seconds), secondsLeft: left };
  }

  const payload = () => {
    const { perSecond, secondsLeft } = speed();
    return {
      resources: resources.toLocaleString('en'),
      perSecond: perSecond.toLocaleString('en'),
      left: secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`,
      refused: refused === 0 ? '' : `, ${refused.toLocaleString('en')} refused`,
    };
  };

  function tick(): void {
    const at = performance.now();
    samples.push({ at, resources, bytes });
    samples = samples.filter((sample) => at - sample.at <= windowMs);
    if (interactive && at - startedAt >= barAfterMs) {
      bar ??= startBar(totalBytes, Math.min(bytes, totalBytes), stream, payload(), things);
      bar.update(Math.min(bytes, totalBytes), payload());
    } else if (!interactive && at - lineAt >= lineEveryMs) {
      lineAt = at;
      const now = payload();
      const share = totalBytes === 0 ? '' : `${Math.floor((Math.min(bytes, totalBytes) / totalBytes) * 100)} % · `;
      stream.write(`${share}${now.resources} ${things}, ${now.perSecond}/s${now.left}${now.refused}\n`);
    }
  }

  const timer = quiet ? undefined : setInterval(tick, tickMs);
  return {
    bytes(count) {
      bytes += count;
    },
    resources(count) {
      resources += count;
    },
    refused() {
      refused += 1;
    },
    note(text) {
      if (quiet) return;
      // The bar draws itself again below the sentence.
      bar?.stop();
      bar = undefined;
      stream.write(`${text}\n`);
    },
    end() {
      clearInterval(timer);
      if (bar !== undefined) bar.update(Math.min(bytes, totalBytes), payload());
      bar?.stop();
    },
  };
}

function startBar(totalBytes: number, bytes: number, stream: NodeJS.WriteStream, payload: object, things: string): cliProgress.SingleBar {
  const known = totalBytes > 0 ? '{bar} {percentage} % · ' : '';
  const bar = new cliProgress.SingleBar({
    format: ` ${known}{resources} ${things}, {perSecond}/s{left}{refused}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    stream,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 5,
  });
  bar.start(Math.max(totalBytes, 1), bytes, payload);
  return bar;
}

/** `45 s`, `3 min`, `2 h 10 min` */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
