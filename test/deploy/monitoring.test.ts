import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLiveMetrics } from '@restmapper/liveupdate';
import { createGatewayMetrics } from '@restmapper/restmapper';
import { createWorkerMetrics } from '@restmapper/workers';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { parse } from 'yaml';
import { openBroker } from '../support/broker.ts';
import { freePorts } from '../support/free-ports.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { type Command, killCommand, spawnCommand, untilReady } from '../system/command.ts';
import { parseSelectors } from './promql.ts';
import { parseScrape, type Scrape } from './scrape.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const folder = 'deploy/monitoring';
/** Prometheus itself adds these to each series. */
const added = ['job', 'instance'];

const closers: (() => Promise<unknown>)[] = [];
let scrape: Scrape;
let alerts: readonly Alert[];
let panels: readonly Panel[];

/** The labels that our metrics may have, including those of metrics without a series yet. */
function declaredLabels(): ReadonlyMap<string, readonly string[]> {
  const registry = new Registry();
  createGatewayMetrics(registry);
  createLiveMetrics(registry);
  createWorkerMetrics(registry);
  const metrics = registry.getMetricsAsArray() as unknown as readonly {
    name: string;
    labelNames: string[];
  }[];
  return new Map(metrics.map(({ name, labelNames }) => [name, labelNames]));
}

async function text(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

/** Runs every role with a broker, and scrapes each once. */
async function scrapeAll(): Promise<Scrape> {
  const [metricsPort = 0] = await freePorts(1);
  const broker = await openBroker({ metricsPort });
  closers.push(() => broker.close());
  const data = await makeTemporaryFolder('data');
  closers.push(() => rm(data, { recursive: true, force: true }));
  const env = { AMQP_URL: broker.url, DATA_DIR: data, LOG_LEVEL: 'warn' };
  const commands = await Promise.all(
    ['serve', 'live', 'work'].map((role) => spawnCommand({ args: [role], env })),
  );
  closers.push(...commands.map((command) => () => killCommand(command)));
  await Promise.all(commands.map(untilReady));
  await useOnce(commands);
  const detailed = `http://127.0.0.1:${metricsPort}/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count`;
  const urls = [
    ...commands.map(({ adminUrl }) => `${adminUrl}/metrics`),
    detailed,
    `http://127.0.0.1:${metricsPort}/metrics`,
  ];
  return parseScrape(...(await Promise.all(urls.map(text))));
}

/** Makes one call of each kind, and opens one live connection. */
async function useOnce([gateway, bridge]: readonly Command[]): Promise<void> {
  const socket = new WebSocket(`${bridge?.url.replace('http', 'ws')}/ws/v1/`);
  await once(socket, 'open');
  await post(`${gateway?.url}/messages/`, { a: 1 });
  await until(async () => (await text(`${gateway?.url}/messages/`)).includes('"a":1'));
  socket.terminate();
}

/** What an expression queries that does not exist. */
function missing(expression: string): readonly string[] {
  const declared = declaredLabels();
  return parseSelectors(expression).flatMap(({ metric, labels }) => {
    const there = scrape.get(metric);
    if (metric === 'up') return labels.filter((label) => !added.includes(label));
    if (!there) return [`no metric ${metric}`];
    const base = metric.replace(/_(bucket|sum|count)$/, '');
    const known = [...there, ...(declared.get(metric) ?? declared.get(base) ?? []), ...added];
    return labels.filter((label) => !known.includes(label)).map((label) => `no label ${label} on ${metric}`);
  });
}

/** The names in back quotes in the documentation. */
async function quoted(pattern: RegExp): Promise<ReadonlySet<string>> {
  const documents = await Promise.all(['docs/operations.md'].map((file) => readFile(file, 'utf8')));
  return new Set(
    documents.flatMap((document) => [...document.matchAll(pattern)].map(([, name = '']) => name)),
  );
}

describe('deploy/monitoring', function () {
  this.timeout(60_000);

  before('scrape every role and the broker', async () => {
    scrape = await scrapeAll();
    const rules = parse(await readFile(join(folder, 'alerts.yaml'), 'utf8')) as {
      groups: { rules: Alert[] }[];
    };
    alerts = rules.groups.flatMap((group) => group.rules);
    panels = (JSON.parse(await readFile(join(folder, 'dashboard.json'), 'utf8')) as { panels: Panel[] })
      .panels;
  });

  after('close the scraped processes', async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  });

  it('queries only exported metrics and labels', () => {
    const asked = [
      ...alerts.map(({ alert, expr }) => [alert, expr] as const),
      ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
    ];

    const wrong = asked.flatMap(([where, expr]) => missing(expr).map((what) => `${where}: ${what}`));

    expect(asked).to.have.length.above(50);
    expect(wrong).to.deep.equal([]);
  });

  it('would notice a metric or a label that does not exist', () => {
    expect(missing('rate(restmapper_http_request_total[5m])')).to.deep.equal([
      'no metric restmapper_http_request_total',
    ]);
    expect(missing('sum by (path) (restmapper_http_requests_total{code="200"})')).to.deep.equal([
      'no label code on restmapper_http_requests_total',
      'no label path on restmapper_http_requests_total',
    ]);
    expect(() => missing('rate(up[5m)')).to.throw('not PromQL');
  });

  it('shows every metric of restmapper', () => {
    const shown = new Set(
      panels.flatMap(({ targets = [] }) =>
        targets.flatMap(({ expr }) => parseSelectors(expr).map(({ metric }) => metric)),
      ),
    );

    const hidden = [...scrape.keys()].filter((name) => name.startsWith('restmapper_') && !shown.has(name));

    // The other series of these histograms are shown.
    expect(hidden).to.have.members([
      'restmapper_http_request_seconds_sum',
      'restmapper_http_request_seconds_count',
      'restmapper_worker_batch_seconds_sum',
      'restmapper_worker_batch_seconds_count',
      'restmapper_worker_batch_messages_bucket',
    ]);
  });

  it('lays panels out without overlap, each with an id of its own', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_none, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );

    expect(new Set(cells).size).to.equal(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
  });

  it('has each of our metrics in the documentation, and no others', async () => {
    const exported = [...scrape.keys()]
      .filter((name) => name.startsWith('restmapper_'))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''));

    const documented = await quoted(
      /^\| `(restmapper_\w+)(?:\{[\w,]*\})?` \| (?:counter|gauge|histogram) /gm,
    );

    expect(documented).to.deep.equal(new Set(exported));
  });

  it('has a runbook for each alert, and no others', async () => {
    const written = await quoted(/^#### (\w+)$/gm);

    expect(written).to.deep.equal(new Set(alerts.map(({ alert }) => alert)));
    for (const { alert, labels, annotations } of alerts) {
      expect(annotations.runbook_url).to.equal(`docs/operations.md#${alert.toLowerCase()}`);
      expect(labels.severity, alert).to.be.oneOf(['critical', 'warning']);
    }
  });
});
