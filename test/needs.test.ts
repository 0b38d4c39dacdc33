import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { findTests } from './support/chosen-tests.ts';
import { needsOf, sources } from './support/needs.ts';
import { programs } from './support/programs.ts';

/** Files that may name the servers: they start them, or check the names. */
const runner = new Set([
  'test/needs.test.ts',
  'test/support/needs.ts',
  'test/support/programs.ts',
  'test/support/with-servers.ts',
]);

const code = findTests(
  ['packages/*/test/**/*.ts', 'frontend/test/**/*.ts', 'test/**/*.ts'],
  ['test/newest/**', 'test/compose/**'],
).filter((file) => !runner.has(file));

/** The files whose text matches. */
function filesWith(pattern: RegExp): readonly string[] {
  return code.filter((file) => pattern.test(readFileSync(file, 'utf8')));
}

/** Runs a script without servers, and without programs to start them. */
function runWithoutServers(...args: readonly string[]): Promise<{ code: unknown; output: string }> {
  const { TEST_AMQP_URL: _broker, TEST_DATABASE_URL: _database, ...env } = process.env;
  const options = { env: { ...env, PATH: '', TEST_SERVERS: 'docker' } };
  const node = ['--conditions=@restmapper/source', '--import', 'tsx', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, node, options, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
  });
}

describe('the needs of test files', () => {
  it('are empty for files that import no server', () => {
    expect([...needsOf(['packages/core/test/fifo.test.ts'])]).to.deep.equal([]);
    expect([...needsOf(['packages/bus/test/memory/contract.test.ts'])]).to.deep.equal([]);
  });

  it('include those of indirect imports', () => {
    expect([...needsOf(['packages/bus/test/amqp/contract.test.ts'])]).to.deep.equal(['broker']);
    expect([...needsOf(['packages/workers/test/contract/postgres.test.ts'])]).to.deep.equal(['database']);
    expect([...needsOf(['test/system/embedded.test.ts'])]).to.deep.equal(['packages']);
    expect([...needsOf(['test/browser/restart.test.ts'])]).to.have.members([
      'rabbitmq',
      'postgresql',
      'chromium',
      'page',
      'packages',
    ]);
  });

  it('have one source each', () => {
    expect(filesWith(/TEST_AMQP_URL/)).to.deep.equal(['test/support/amqp.ts']);
    expect(filesWith(/TEST_DATABASE_URL/)).to.deep.equal(['test/support/database.ts']);
    expect(filesWith(/cli\/dist\b/).filter((file) => !needsOf([file]).has('packages'))).to.deep.equal([]);
    expect(
      filesWith(/packages\/[^/]+\/dist\//).filter((file) => !needsOf([file]).has('packages')),
    ).to.deep.equal([]);
    for (const name of Object.keys(programs)) {
      const users = filesWith(new RegExp(String.raw`\bprograms\.${name}\b`));
      expect(users.filter((file) => !sources[file]?.some((need) => need === name))).to.deep.equal([]);
    }
  });
});

describe('npm test', function () {
  this.timeout(60_000);

  it('runs a file that needs no server where none can be started', async () => {
    const { code, output } = await runWithoutServers('test/run.ts', 'packages/core/test/fifo.test.ts');

    expect(output).to.match(/\d passing/);
    expect(code).to.equal(0);
  });

  it('names the programs that a file needs and that are missing', async () => {
    const { code, output } = await runWithoutServers(
      'test/run.ts',
      'packages/bus/test/amqp/contract.test.ts',
    );

    expect(output).to.include('The tests need RabbitMQ');
    expect(code).to.equal(1);
  });

  it('fails the tests of a file whose needs it did not detect, and ends', async () => {
    const mocha = 'node_modules/mocha/bin/mocha.js';
    const files = ['packages/workers/test/database/migrate.test.ts', 'test/system/asyncapi-topology.test.ts'];
    const { code, output } = await runWithoutServers(mocha, ...files);

    expect(output).to.include('set TEST_AMQP_URL to').and.to.include('set TEST_DATABASE_URL to');
    expect(code).to.be.above(0);
  });
});
