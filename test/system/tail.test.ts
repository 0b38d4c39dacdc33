import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topologyOf } from '@restmapper/endpoints';
import { openModel } from '@restmapper/host';
import { expect } from 'chai';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { freePorts } from '../support/free-ports.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand, openFolder, runCommand, startCommand } from './command.ts';
import { shareSystem } from './shared-system.ts';

const path = `/${randomUUID()}`;
const yaml = `
endpoints:
  POST ${path}: { fanout: true, feed: ${path.slice(1)}, body: true }
  POST ${path}/silent: { fanout: true, body: true }
  POST ${path}/broken: { fanout: true, body: true }
  POST ${path}/price:
    rpc: { routingKey: data.region }
    body: { required: [region], properties: { region: { enum: [eu, us] }, member: { type: string } } }
workers:
  price: { on: POST ${path}/price, use: ./price.mjs, orderingKey: data.member, partitions: 2 }
  broken: { on: POST ${path}/broken, use: ./broken.mjs, retries: 0 }
`;
const feed = path.slice(1);
const workers = new URL('../../packages/workers/dist/index.js', import.meta.url).href;
const broken = `import { defineHandler } from '${workers}';
export default defineHandler(() => { throw new Error('it is broken'); });
`;

const price = `import { defineHandler } from '${workers}';
export default defineHandler(() => 5);
`;

async function post(system: Command, to: string, data: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(data);
  const { status } = await fetch(`${system.url}/api/v1${to}`, { method: 'POST', headers, body });
  expect(status).to.equal(200);
}

async function writeProject(): Promise<string> {
  const cwd = await openFolder();
  await writeFile(join(cwd, 'endpoints.yaml'), yaml);
  await writeFile(join(cwd, 'broken.mjs'), broken);
  await writeFile(join(cwd, 'price.mjs'), price);
  return cwd;
}

function linesOf(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('restmapper tail', function () {
  this.timeout(90_000);
  const system = shareSystem(yaml.replace(/workers:[^]*/, ''), { LOG_LEVEL: 'silent' });

  async function tail(...args: string[]): Promise<Command> {
    const { port, adminPort } = system();
    return startCommand({ args: ['tail', ...args], cwd: await writeProject(), ports: { port, adminPort } });
  }

  it('prints a feed line by line, and exits with 0 on Ctrl-C', async () => {
    await post(system(), path, { n: 1 });
    await post(system(), path, { n: 2 });

    const command = await tail('--last', '1');
    await until(() => command.stdout() !== '', { timeoutMs: 20_000 });
    await post(system(), path, { n: 3 });
    await until(() => linesOf(command.stdout()).length === 2);
    command.child.kill('SIGINT');

    expect(await command.exited).to.equal(0);
    expect(command.stderr()).to.equal('');
    expect(command.stdout()).to.match(
      /^\{"position":"\S+:1","data":\{"n":2\}\}\n\{"position":"\S+:2","data":\{"n":3\}\}\n$/,
    );
  });

  it("follows an endpoint's feed on the embedded bus, and says so", async () => {
    await post(system(), path, { n: 1 });

    const command = await tail(`POST ${path}`, '--last', '5');
    const without = await tail(`POST ${path}/silent`);

    await until(() => command.stdout().includes('"n":1'), { timeoutMs: 20_000 });
    expect(command.stderr()).to.equal(`AMQP_URL is not set: following the feed ${feed} of POST ${path}\n`);
    expect(await without.exited).to.equal(1);
    expect(without.stderr()).to.contain('has no feed').and.to.contain('AMQP_URL');
  });

  it('exits silently with 0 when its reader closes the pipe', async () => {
    await post(system(), path, { n: 1 });
    const command = await tail(feed, '--last', '1');
    await until(() => command.stdout() !== '', { timeoutMs: 20_000 });

    command.child.stdout?.destroy();
    await until(async () => {
      await post(system(), path, { n: 2 });
      return command.child.exitCode !== null;
    });

    expect(await command.exited).to.equal(0);
    expect(command.stderr()).to.equal('');
  });

  it("copies an endpoint's messages from the broker, and follows dead letters", async () => {
    const cwd = await writeProject();
    const env = { AMQP_URL: amqpUrl() };
    use(topologyOf(openModel(join(cwd, 'endpoints.yaml'), {})), deleteTopology);
    const start = await openCommand({ args: ['start'], cwd, env: { LOG_LEVEL: 'silent', ...env } });
    const copies = await startCommand({ args: ['tail', `POST ${path}/broken`], cwd, env });
    const dead = await startCommand({ args: ['tail', '--dead-letters', `POST ${path}/broken`], cwd, env });
    const isFollowing = ({ stderr }: Command) => stderr().includes('following from now on');
    await until(() => isFollowing(copies) && isFollowing(dead), { timeoutMs: 20_000 });

    await post(start, `${path}/broken`, { n: 1 });

    await until(() => copies.stdout() !== '' && dead.stdout() !== '', { timeoutMs: 20_000 });
    const [copy] = linesOf(copies.stdout());
    const [letter] = linesOf(dead.stdout());
    expect(copy).to.deep.include({ endpoint: `POST ${path}/broken`, body: { data: { n: 1 }, args: null } });
    expect(letter).to.deep.include({ messageId: copy?.['messageId'] });
    expect(letter?.['reason']).to.contain('it is broken');
    for (const { child } of [copies, dead]) child.kill('SIGINT');
    expect([await copies.exited, await dead.exited]).to.deep.equal([0, 0]);
  });

  it('copies requests to all queues of an endpoint', async () => {
    const cwd = await writeProject();
    const env = { AMQP_URL: amqpUrl() };
    use(topologyOf(openModel(join(cwd, 'endpoints.yaml'), {})), deleteTopology);
    const start = await openCommand({ args: ['start'], cwd, env: { LOG_LEVEL: 'silent', ...env } });
    const copies = await startCommand({ args: ['tail', `POST ${path}/price`], cwd, env });
    await until(() => copies.stderr().includes('following from now on'), { timeoutMs: 20_000 });
    const calls = [{ region: 'eu', member: 'a' }, { region: 'us', member: 'b' }, { region: 'us' }];

    for (const call of calls) await post(start, `${path}/price`, call);

    await until(() => linesOf(copies.stdout()).length === calls.length, { timeoutMs: 20_000 });
    const bodies = linesOf(copies.stdout()).map(({ body }) => body);
    expect(bodies).to.deep.equal(calls.map((data) => ({ data, args: null })));
    copies.child.kill('SIGINT');
    expect(await copies.exited).to.equal(0);
  });

  it('lists the alternatives when it cannot follow', async () => {
    const cwd = await writeProject();
    const [port = 0, adminPort = 0] = await freePorts(2);
    const run = (...args: string[]) =>
      runCommand({ args: ['tail', ...args], cwd, ports: { port, adminPort } });

    const nothing = await run(feed);
    const misspelt = await run(`${feed}x`);
    const embedded = await run('--dead-letters');

    expect([nothing.code, misspelt.code, embedded.code]).to.deep.equal([1, 1, 1]);
    expect(nothing.stderr).to.contain('no server listens there').and.to.contain('--url');
    expect(misspelt.stderr).to.contain(`did you mean ${feed}?`);
    expect(embedded.stderr).to.contain('AMQP_URL');
  });
});
