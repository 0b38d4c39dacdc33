import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The labels and duration of an answered request. */
export interface ServedRequest {
  /** The endpoint's key, or `none`; never the called path, which is unbounded. */
  readonly endpoint: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  /** Whether it was an automatic poll by a page. */
  readonly isPoll?: boolean;
}

export interface GatewayMetrics {
  begin(): void;
  end(request: ServedRequest): void;
  /** Returns the number of bytes held for callers. */
  watchBytes(budget: HeldBytes): void;
}

/** The bytes held for callers, and their maximum. */
export interface HeldBytes {
  readonly held: number;
  readonly max: number;
}

/**
 * Registers the metrics of a gateway.
 *
 * | name | type | labels |
 * |---|---|---|
 * | `restmapper_http_requests_total` | counter | `endpoint`, `method`, `status` |
 * | `restmapper_http_polls_total` | counter | `endpoint`, `status` |
 * | `restmapper_http_request_seconds` | histogram | `endpoint` |
 * | `restmapper_http_requests_in_flight` | gauge | |
 * | `restmapper_http_bytes_held`, `restmapper_http_bytes_max` | gauge | |
 */
export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry];
  const total = new Counter({
    name: 'restmapper_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['endpoint', 'method', 'status'],
    registers,
  });
  const countPoll = pollCounter(registry);
  const duration = new Histogram({
    name: 'restmapper_http_request_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['endpoint'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const inFlight = new Gauge({
    name: 'restmapper_http_requests_in_flight',
    help: 'Requests in progress.',
    registers,
  });
  const totalOf = remembering((endpoint: string, method: string, status: number) =>
    total.labels(endpoint, method, String(status)),
  );
  const durationOf = remembering((endpoint: string) => duration.labels(endpoint));
  return {
    begin() {
      inFlight.inc();
    },
    end({ endpoint, method, status, seconds, isPoll = false }) {
      inFlight.dec();
      if (isPoll) countPoll(endpoint, status);
      totalOf(endpoint, method, status).inc();
      durationOf(endpoint).observe(seconds);
    },
    watchBytes: (budget) => registerBytes(registry, budget),
  };
}

function registerBytes(registry: Registry, budget: HeldBytes): void {
  const registers = [registry];
  const held: Gauge = new Gauge({
    name: 'restmapper_http_bytes_held',
    help: 'Bytes of bodies and answers held for callers.',
    registers,
    collect: (): void => held.set(budget.held),
  });
  new Gauge({
    name: 'restmapper_http_bytes_max',
    help: 'Maximum bytes of bodies and answers held for callers: MAX_HELD_BYTES.',
    registers,
  }).set(budget.max);
}

function pollCounter(registry: Registry): (endpoint: string, status: number) => void {
  const polls = new Counter({
    name: 'restmapper_http_polls_total',
    help: 'Requests answered that were automatic polls by a page.',
    labelNames: ['endpoint', 'status'],
    registers: [registry],
  });
  return (endpoint, status) => polls.labels(endpoint, String(status)).inc();
}

/** Looks up a labelled series once: prom-client sorts and joins the labels at each look-up. */
function remembering<Labels extends readonly unknown[], Series>(
  find: (...labels: Labels) => Series,
): (...labels: Labels) => Series {
  const known = new Map<string, Series>();
  return (...labels) => {
    const key = labels.join('\n');
    const series = known.get(key) ?? find(...labels);
    known.set(key, series);
    return series;
  };
}

/** Metrics that discard everything. */
export const noMetrics: GatewayMetrics = { begin() {}, end() {}, watchBytes() {} };
