import autocannon from 'autocannon';
import { openRestmapper, openScript, stop } from './children.ts';
import { body, type Contestant, median } from './workload.ts';

export interface HttpBenchOptions {
  readonly amqpUrl: string;
  readonly file: string;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly connections?: number;
}

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const paths = { fanout: '/events/', rpc: '/requests/' } as const;

/**
 * How many requests per second does an endpoint serve, and how long does each take, beside a hand-written
 * Koa route that does the same work? The contestants take turns, and the middle of the rounds counts.
 */
export async function benchHttp({
  amqpUrl,
  file,
  rounds = 5,
  seconds = 5,
  connections = 64,
}: HttpBenchOptions): Promise<void> {
  const ours = await openRestmapper(['serve', '--file', file], { AMQP_URL: amqpUrl });
  const theirs = await openScript('hand-written-gateway.ts', { AMQP_URL: amqpUrl });
  const worker = await openScript('peer-worker.ts', { AMQP_URL: amqpUrl });
  const ports = { restmapper: ours.port, hand: Number(theirs.first) };
  try {
    for (const kind of ['fanout', 'rpc'] as const) {
      const urls = {
        restmapper: `http://127.0.0.1:${ports.restmapper}${paths[kind]}`,
        hand: `http://127.0.0.1:${ports.hand}${paths[kind]}`,
      };
      print(kind, await takeTurns(urls, { rounds, seconds, connections }), connections);
    }
  } finally {
    await Promise.all([stop(ours.child), stop(theirs.child), stop(worker.child)]);
  }
}

interface LoadOptions {
  readonly seconds: number;
  readonly connections: number;
}

/** A round to warm up, then the rounds that count. */
async function takeTurns(
  urls: Readonly<Record<Contestant, string>>,
  { rounds, ...options }: LoadOptions & { readonly rounds: number },
): Promise<Record<Contestant, Figures>> {
  const figures: Record<Contestant, Figures[]> = { restmapper: [], hand: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const contestant of ['restmapper', 'hand'] as const) {
      const measured = await load(urls[contestant], options);
      if (round > 0) figures[contestant].push(measured);
    }
  }
  return { restmapper: middle(figures.restmapper), hand: middle(figures.hand) };
}

async function load(
  url: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Figures> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers other than 2xx, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}

function middle(figures: readonly Figures[]): Figures {
  return {
    perSecond: median(figures.map(({ perSecond }) => perSecond)),
    p50Ms: median(figures.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
  };
}

function print(kind: string, { restmapper, hand }: Record<Contestant, Figures>, connections: number): void {
  console.log(`\n${kind} endpoint, ${connections} connections`);
  console.table({
    restmapper,
    'hand-written Koa + amqplib': hand,
    ratio: { perSecond: Number((restmapper.perSecond / hand.perSecond).toFixed(3)) },
  });
}
