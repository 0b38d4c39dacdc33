import { randomBytes } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { useTestDatabase } from '../../packages/workers/test/support/databases.ts';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from './calls.ts';
import { openCommand, openFolder } from './command.ts';
import { drawTraces } from './draw-traces.ts';
import { type CollectedSpan, openTraceCollector, type TraceCollector } from './trace-collector.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const documentation = join(root, 'docs/tracing.md');

/** The project of the documentation, with unique names. */
interface Project {
  readonly folder: string;
  /** The suffix of the names. */
  readonly mark: string;
}

async function openProject(): Promise<Project> {
  const folder = await openFolder();
  const mark = `-${randomBytes(5).toString('hex')}`;
  const docs = await readFile(documentation, 'utf8');
  const [, file = ''] = /```yaml\n([^]*?)```/.exec(docs) ?? [];
  const [otel = '', handler = ''] = [...docs.matchAll(/```js\n([^]*?)```/g)].map(([, code = '']) => code);
  const marked = (text: string): string => text.replace(/\/(orders|shipments)\//g, `/$1${mark}/`);
  await writeFile(join(folder, 'endpoints.yaml'), marked(file));
  await writeFile(join(folder, 'otel.mjs'), otel);
  await writeFile(join(folder, 'orders.mjs'), marked(handler));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const model = parseEndpoints(marked(file), { file: 'endpoints.yaml', directory: folder });
  use(model, () => deleteTopology(topologyOf(model)));
  return { folder, mark };
}

interface RoleOptions {
  readonly collector: TraceCollector;
  /** @default the role's name */
  readonly service?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function openRole(role: string, { folder }: Project, { collector, service = role, env }: RoleOptions) {
  return openCommand({
    args: [role, '--file', join(folder, 'endpoints.yaml')],
    cwd: folder,
    env: {
      NODE_OPTIONS: `--import ${pathToFileURL(join(folder, 'otel.mjs')).href}`,
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      LOG_LEVEL: 'silent',
      ...env,
    },
  });
}

interface Called {
  readonly url: string;
  readonly mark: string;
  readonly collector: TraceCollector;
}

/** Draws the traces of a call of `POST /orders/`, and then of one of `POST /shipments/`. */
async function drawCalls({ url, mark, collector }: Called): Promise<string> {
  const { spans } = collector;
  // The first calls of a process take ten times as long.
  for (let calls = 1; calls <= 10; calls += 1) {
    await post(`${url}/orders${mark}/`, { to: 'nowhere' });
    await arrived(spans, calls * 7);
  }
  collector.clear();
  const body = { to: 'secret street', token: 'secret' };
  const order = await post(`${url}/orders${mark}/`, body);
  expect([order.status, await order.json()]).to.deep.equal([200, { count: '0' }]);
  await arrived(spans, 7);
  const shipment = await post(`${url}/shipments${mark}/`, body);
  expect(shipment.status).to.equal(200);
  await arrived(spans, 11);
  return drawTraces(spans.map((span) => ({ ...span, name: span.name.replaceAll(mark, '') })));
}

/** Waits for spans; if one is missing, the comparison of the traces names it. */
async function arrived(spans: readonly CollectedSpan[], count: number): Promise<void> {
  await until(() => spans.length >= count).catch(() => {});
}

async function readDocumented(): Promise<string> {
  const docs = await readFile(documentation, 'utf8');
  return /<!-- trace -->\n```\n([^]*?)```/.exec(docs)?.[1] ?? '';
}

/** Durations, and the widths of their columns, differ from run to run. */
function masked(trees: string): string {
  return trees
    .replace(/ +\d+\.\d ms/g, ' … ms')
    .replace(/ {2,}/g, '  ')
    .trim();
}

describe('a trace', function () {
  this.timeout(90_000);

  it('goes from HTTP through the bus, a worker and PostgreSQL and back, as documented', async () => {
    const [collector, project, database] = await Promise.all([
      openTraceCollector(),
      openProject(),
      useTestDatabase(),
    ]);
    const env = { AMQP_URL: amqpUrl(), DATABASE_URL: database.url };
    const worker = await openRole('work', project, { collector, service: 'worker', env });
    const gateway = await openRole('serve', project, { collector, service: 'gateway', env });

    const trees = await drawCalls({ url: gateway.url, mark: project.mark, collector });

    expect(worker.child.exitCode).to.equal(null);
    expect(masked(trees), trees).to.equal(masked(await readDocumented()));
    expect(collector.received()).not.to.contain('secret');
  });

  it('goes through a single process, on memory and the embedded database', async () => {
    const [collector, project] = await Promise.all([openTraceCollector(), openProject()]);
    const { url } = await openRole('start', project, { collector });

    const trees = await drawCalls({ url: `${url}/api/v1`, mark: project.mark, collector });

    expect(masked(trees)).to.equal(masked(await readDocumented()).replace(/\b(gateway|worker)\b/g, 'start'));
    const systems = new Set(collector.spans.map(({ attributes }) => attributes['messaging.system']));
    expect([...systems]).to.have.members([undefined, 'memory']);
    expect(collector.received()).not.to.contain('secret');
  });
});
