import type { Registry } from 'prom-client';

/** Totals since a process started, except `liveConnections`, which is the current number. */
export type Counters = Readonly<Record<string, number>>;

type Labels = Readonly<Partial<Record<string, string | number>>>;

interface Source {
  readonly metric: string;
  /** Which series of the metric to include. @default all */
  readonly includes?: (labels: Labels) => boolean;
  /** Another metric to subtract, for the same series. */
  readonly without?: string;
}

export interface CountersOptions {
  readonly registry: Registry;
  /** The keys of the endpoints whose calls are events. */
  readonly fanouts: ReadonlySet<string>;
}

/**
 * Summarises a process's metrics for people; counters that its role does not have are absent.
 *
 * The page's polls are not counted as traffic.
 *
 * | counter | counts |
 * |---|---|
 * | `requests` | calls answered |
 * | `errors` | of these, with 5xx |
 * | `published` | of these, events that the broker has confirmed |
 * | `polls` | polls by the page that an endpoint answered; included in `handled` |
 * | `handled` | messages that workers acknowledged or answered |
 * | `deadLettered` | messages that workers rejected |
 * | `liveConnections` | clients connected now |
 * | `liveMessages` | messages sent to clients |
 */
export async function readCounters({ registry, fanouts }: CountersOptions): Promise<Counters> {
  const requests = 'restmapper_http_requests_total';
  const polls = 'restmapper_http_polls_total';
  const messages = 'restmapper_worker_messages_total';
  const sources: Readonly<Record<string, Source>> = {
    requests: { metric: requests, without: polls },
    errors: { metric: requests, without: polls, includes: ({ status }) => Number(status) >= 500 },
    published: {
      metric: requests,
      includes: ({ endpoint, status }) => fanouts.has(String(endpoint)) && Number(status) < 300,
    },
    polls: {
      metric: polls,
      includes: ({ endpoint, status }) => endpoint !== 'none' && Number(status) < 300,
    },
    handled: { metric: messages, includes: ({ outcome }) => outcome === 'ack' || outcome === 'reply' },
    deadLettered: { metric: messages, includes: ({ outcome }) => outcome === 'reject' },
    liveConnections: { metric: 'restmapper_live_connections' },
    liveMessages: { metric: 'restmapper_live_frames_sent_total' },
  };
  const counts = Object.entries(sources).map(
    async ([name, source]) => [name, await sumOf(registry, source)] as const,
  );
  const known = (await Promise.all(counts)).filter(([, count]) => count !== undefined);
  return Object.fromEntries(known) as Counters;
}

async function sumOf(
  registry: Registry,
  { metric, includes = () => true, without }: Source,
): Promise<number | undefined> {
  const series = await registry.getSingleMetric(metric)?.get();
  const sum = series?.values
    .filter(({ labels }) => includes(labels))
    .reduce((sum, { value }) => sum + value, 0);
  if (sum === undefined || without === undefined) return sum;
  return sum - ((await sumOf(registry, { metric: without, includes })) ?? 0);
}
