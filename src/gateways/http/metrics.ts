// What the operator sees at /metrics (Prometheus text format): requests by route, the event loop, connections, the feed.
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  request(route: string, method: string, status: number, seconds: number): void;
  /** A value read when somebody looks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  text(): Promise<string>;
  contentType: string;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'lamplight_http_request_seconds',
    help: 'Duration of HTTP requests in seconds',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
  // Looking a label set up costs more than counting: the few that occur are kept.
  const series = new Map<string, { observe(seconds: number): void }>();
  return {
    request(route, method, status, seconds) {
      const key = `${route} ${method} ${status}`;
      let one = series.get(key);
      if (one === undefined) {
        one = requests.labels({ route, method, status: String(status) });
        series.set(key, one);
      }
      one.observe(seconds);
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
