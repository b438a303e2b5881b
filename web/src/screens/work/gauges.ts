// One number out of /metrics (Prometheus text format, https://prometheus.io/docs/instrumenting/exposition_formats/).

/** Undefined: it is not measured, or is no number. */
export function gaugeIn(text: string, name: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  const value = line === undefined ? Number.NaN : Number(line.slice(name.length + 1).split(' ')[0]);
  return Number.isFinite(value) ? value : undefined;
}
