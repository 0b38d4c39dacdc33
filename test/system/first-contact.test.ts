import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { amqpUrl } from '../support/amqp.ts';
import { freePorts } from '../support/free-ports.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openFolder, runCommand, startCommand, stopCommand, untilReady } from './command.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const title = /^restmapper \S+ · \w+\n/;

/** Another program that listens on a port. */
async function takePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  use(server, () => server.close());
  return port;
}

/** A folder with a file whose worker is this module. */
async function folderWithModule(source: string): Promise<string> {
  const folder = await openFolder();
  await writeFile(join(folder, 'worker.mjs'), source);
  await writeFile(
    join(folder, 'endpoints.yaml'),
    'endpoints:\n  POST /a:\n    fanout: true\nworkers:\n  w: { on: POST /a, use: ./worker.mjs }\n',
  );
  return folder;
}

/** A program run by a shell, which ends with the test, along with its descendants. */
function startShell(command: string, env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn('sh', ['-c', command], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  return use(child, async () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  });
}

describe('a failed start is explained in one sentence, before the database is created,', function () {
  this.timeout(60_000);

  for (const [what, setting] of [
    ['its port', 'PORT'],
    ['its internal port', 'ADMIN_PORT'],
  ] as const) {
    it(`when another program has ${what}`, async () => {
      const folder = await openFolder();
      const taken = String(await takePort());

      const { code, stdout, stderr } = await runCommand({
        args: ['start'],
        env: { [setting]: taken, DATA_DIR: join(folder, 'data') },
      });

      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr.replace(title, '')).to.equal(
        `127.0.0.1:${taken} is in use by another program, or another restmapper: stop it, or set ${setting} to another port\n`,
      );
      expect(await readdir(folder)).to.deep.equal([]);
    });
  }

  it('when HOST is not an address of this machine', async () => {
    for (const HOST of ['203.0.113.7', 'nowhere.invalid', '127.0.0.1:80']) {
      const { code, stderr } = await runCommand({ args: ['start'], env: { HOST } });

      expect(code).to.equal(1);
      expect(stderr.replace(title, '')).to.match(/^HOST \S+ is not an address of this machine.*\n$/);
    }
  });

  it('when the folder cannot be used', async () => {
    const folder = await openFolder();
    await writeFile(join(folder, 'file'), '');
    for (const [DATA_DIR, reason] of [
      [join(folder, 'file'), 'it is not a folder'],
      [join(folder, 'file', 'data'), 'a part of the path is not a folder'],
      [join(folder, 'd'.repeat(300)), 'the path is too long'],
    ] as const) {
      const { code, stderr } = await runCommand({ args: ['start'], env: { DATA_DIR } });

      expect(code).to.equal(1);
      expect(stderr.replace(title, '')).to.equal(
        `DATA_DIR ${DATA_DIR} cannot hold the embedded database: ${reason}; set it to another folder, or set DATABASE_URL\n`,
      );
    }
  });

  it('when the disk is full, or read-only', async function () {
    this.timeout(180_000);
    const folder = await openFolder();
    for (const [options, reason] of [
      ['size=16m', 'the disk is full'],
      ['ro', 'the file system is read-only'],
    ] as const) {
      const isRoot = process.getuid?.() === 0;
      const script = `mount -t tmpfs -o ${options} tmpfs '${folder}' && exec node packages/cli/dist/main.js start`;
      const unshare = `unshare ${isRoot ? '' : '--user --map-root-user '}--mount sh -c "${script}"`;
      const shell = startShell(`exec ${unshare}`, { DATA_DIR: join(folder, 'data'), PORT: '0' });
      let stderr = '';
      shell.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));

      const [code] = (await once(shell, 'close')) as [number];

      expect({ code, stderr: stderr.replace(title, '') }).to.deep.equal({
        code: 1,
        stderr: `DATA_DIR ${join(folder, 'data')} cannot hold the embedded database: ${reason}; set it to another folder, or set DATABASE_URL\n`,
      });
    }
  });

  for (const [what, source] of [
    ['does not parse', 'export default {'],
    ['throws', 'throw new Error("boom")'],
    ['imports a missing module', 'import "./nowhere.mjs"'],
    ['exports something else', 'export default 7'],
    ['exports nothing', ''],
  ] as const) {
    it(`when a module ${what}`, async () => {
      const folder = await folderWithModule(source);

      const { code, stderr } = await runCommand({ args: ['start'], cwd: folder });

      expect(code).to.equal(1);
      expect(stderr.replace(title, '')).to.match(/^worker w: .*worker\.mjs.*\n$/);
      expect(await readdir(folder)).to.have.members(['endpoints.yaml', 'worker.mjs']);
    });
  }

  it('when workers run already, and need an internal port of their own', async () => {
    const adminPort = await takePort();
    const env = { AMQP_URL: 'amqp://127.0.0.1:1', DATABASE_URL: 'postgres://127.0.0.1:1/x' };

    const { code, stderr } = await runCommand({ args: ['work'], env, ports: { port: 0, adminPort } });

    expect(code).to.equal(1);
    expect(stderr.replace(title, '')).to.match(/^127.*set ADMIN_PORT to another port\n$/);
  });
});

describe('a process that has started', function () {
  this.timeout(60_000);

  it('reports which server it is not connected to, and why', async () => {
    const folder = await openFolder();
    const { hostname, port } = new URL(amqpUrl());
    const command = await startCommand({
      args: ['start'],
      cwd: root,
      env: {
        DATA_DIR: folder,
        AMQP_URL: `amqp://guest:wrong@${hostname}:${port}`,
        DATABASE_URL: 'postgres://nowhere.invalid/x',
      },
    });

    await until(() => command.stderr().includes('admin '), { timeoutMs: 50_000 });

    expect(command.stderr()).to.match(/bus .*\n +NOT CONNECTED .*refused this user or password/);
    expect(command.stderr()).to.match(/database .*\n +NOT CONNECTED .*nowhere\.invalid/);
  });

  it('is live while it starts, and ready only afterwards', async () => {
    const folder = await folderWithModule('await new Promise((resolve) => setTimeout(resolve, 2_000))');
    const command = await startCommand({ args: ['start'], cwd: folder });

    const ready = await until(async () => (await fetch(`${command.adminUrl}/readyz`)).text(), {
      timeoutMs: 30_000,
    });

    expect(JSON.parse(ready)).to.deep.equal({ ready: false, checks: { process: 'starting' } });
    expect((await fetch(`${command.adminUrl}/livez`)).status).to.equal(200);
  });

  it('continues when its output is closed', async () => {
    const folder = await openFolder();
    const [port = 0, adminPort = 0] = await freePorts(2);
    startShell(`exec node packages/cli/dist/main.js start 2>&1 | head -n 1`, {
      DATA_DIR: folder,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
    });
    const post = async (): Promise<boolean> => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/messages/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      return response.ok;
    };

    await until(post, { timeoutMs: 50_000, everyMs: 100 });

    expect([await post(), await post()]).to.deep.equal([true, true]);
  });

  it('ignores what Node itself sends to the thread of the database', async () => {
    const folder = await openFolder();
    const says =
      "import { parentPort } from 'node:worker_threads'; parentPort?.postMessage({ 'watch:import': [] })";
    const preload = join(folder, 'preload.mjs');
    await writeFile(preload, says);

    const command = await startCommand({
      args: ['start'],
      env: { DATA_DIR: join(folder, 'data'), NODE_OPTIONS: `--import ${preload}` },
    });
    await untilReady(command);

    expect(command.child.exitCode).to.equal(null);
  });

  it('exits soon when it is stopped during its start', async () => {
    const folder = await openFolder();
    const command = await startCommand({ args: ['start'], env: { DATA_DIR: folder } });
    await until(async () => (await fetch(`${command.adminUrl}/livez`)).ok, { timeoutMs: 30_000 });

    expect(await stopCommand(command)).to.equal(0);
  });
});

describe('a tool', function () {
  this.timeout(30_000);

  it('exits quietly when its output is closed', async () => {
    for (const tool of ['openapi', 'check', '--help']) {
      const shell = startShell(`node packages/cli/dist/main.js ${tool} | true; exit "$?"`, {});
      let stderr = '';
      shell.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));

      const [code] = (await once(shell, 'close')) as [number];

      expect({ tool, code, stderr }).to.deep.equal({ tool, code: 0, stderr: '' });
    }
  });

  it('accepts its file as an argument and with --file', async () => {
    const folder = await openFolder();
    const file = join(folder, 'other.yaml');
    await writeFile(file, 'endpoints:\n  GET /other: { rpc: true }\n');
    for (const tool of ['check', 'routes', 'openapi', 'asyncapi', 'types']) {
      const [positional, byOption] = await Promise.all([
        runCommand({ args: [tool, file] }),
        runCommand({ args: [tool, '--file', file] }),
      ]);

      expect(positional.code).to.equal(0);
      expect(positional.stdout).to.contain('other');
      expect(byOption).to.deep.equal(positional);
    }
  });

  it('accepts only one file', async () => {
    const { code, stderr } = await runCommand({ args: ['routes', 'a.yaml', '--file', 'b.yaml'] });

    expect(code).to.equal(2);
    expect(stderr).to.contain('two files given: a.yaml and b.yaml');
  });

  it('that waits exits at the first signal', async () => {
    const server = createServer();
    const connected = once(server, 'connection');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    use(server, () => server.close());
    const { port } = server.address() as AddressInfo;
    const command = await startCommand({
      args: ['dlq', 'list'],
      env: { AMQP_URL: `amqp://127.0.0.1:${port}` },
    });

    const [socket] = (await connected) as [Socket];
    use(socket, () => socket.destroy());
    command.child.kill('SIGINT');

    expect(await command.exited).to.equal('SIGINT');
  });
});

describe('npm start', function () {
  this.timeout(90_000);

  it('prints something at once, and stops the server when it is stopped', async () => {
    const [port = 0, adminPort = 0] = await freePorts(2);
    const env = { PORT: String(port), ADMIN_PORT: String(adminPort), DATA_DIR: await openFolder() };
    const shell = startShell('exec npm start --silent', env);
    let heard = '';
    shell.stderr?.setEncoding('utf8').on('data', (text: string) => (heard += text));
    await until(async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok, { timeoutMs: 80_000 });

    shell.kill('SIGTERM');
    await once(shell, 'close');

    expect(heard).to.match(/^restmapper \S+ · start\n/m);
    await until(async () =>
      fetch(`http://127.0.0.1:${adminPort}/livez`).then(
        () => false,
        () => true,
      ),
    );
  });
});
