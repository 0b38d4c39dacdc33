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
 * How many requests per second does an endpoint serve, and how long does each take, compared with a
 * hand-written Koa route that does the same work? The contestants take turns; the median round counts.
 */
export async function benchHttp({
  amqpUrl,
  file,
  rounds = 9,
  seconds = 3,
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

/** Rounds in which each contestant runs once, one right after the other. */
type Rounds = readonly Readonly<Record<Contestant, Figures>>[];

/** A warm-up round, then the rounds that count; the contestant that starts changes with each round. */
async function takeTurns(
  urls: Readonly<Record<Contestant, string>>,
  { rounds, ...options }: LoadOptions & { readonly rounds: number },
): Promise<Rounds> {
  const measured: Record<Contestant, Figures>[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const early = round % 2 === 1 ? await load(urls.hand, options) : undefined;
    const restmapper = await load(urls.restmapper, options);
    const hand = early ?? (await load(urls.hand, options));
    if (round > 0) measured.push({ restmapper, hand });
  }
  return measured;
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
    perSecond: Math.round(median(figures.map(({ perSecond }) => perSecond))),
    p50Ms: median(figures.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
  };
}

/** The ratio is the median of the per-round ratios, because other load varies between rounds. */
function print(kind: string, rounds: Rounds, connections: number): void {
  const ratio = median(rounds.map(({ restmapper, hand }) => restmapper.perSecond / hand.perSecond));
  console.log(`\n${kind} endpoint, ${connections} connections, ${rounds.length} rounds`);
  console.table({
    restmapper: middle(rounds.map(({ restmapper }) => restmapper)),
    'hand-written Koa + amqplib': middle(rounds.map(({ hand }) => hand)),
    ratio: { perSecond: Number(ratio.toFixed(3)) },
  });
}
