import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openFolder, runCommand } from './command.ts';

async function fileWith(text: string): Promise<string> {
  const file = join(await openFolder(), 'endpoints.yaml');
  await writeFile(file, text);
  return file;
}

describe('the command restmapper', function () {
  this.timeout(30_000);

  it('explains itself', async () => {
    const { code, stdout } = await runCommand({ args: ['--help'] });

    expect(code).to.equal(0);
    for (const word of [
      'start',
      'serve',
      'live',
      'work',
      'check',
      'routes',
      'openapi',
      'asyncapi',
      'types',
      'migrate',
      'healthcheck',
      'dlq',
      'topology',
      'key',
      'password',
      'AMQP_URL',
    ]) {
      expect(stdout).to.contain(word);
    }
  });

  it('exits with 2 when it is used incorrectly', async () => {
    const unknownCommand = await runCommand({ args: ['strat'] });
    const unknownOption = await runCommand({ args: ['start', '--prot', '1'] });

    expect(unknownCommand.code).to.equal(2);
    expect(unknownCommand.stderr).to.contain('start');
    expect(unknownOption.code).to.equal(2);
  });

  it('validates the shipped file, and lists its routes', async () => {
    const check = await runCommand({ args: ['check'] });
    const routes = await runCommand({ args: ['routes'] });

    expect(check).to.deep.include({ code: 0, stderr: '' });
    expect(check.stdout).to.contain('2 endpoints, 2 workers, 1 feed');
    expect(check.stdout).to.contain('note: everything is public');
    expect(routes.stdout).to.match(/^GET\s+\/messages\/\s+rpc\s+messages_get/m);
  });

  it('generates documents and types from a file', async () => {
    const openApi = await runCommand({ args: ['openapi'] });
    const asyncApi = await runCommand({ args: ['asyncapi', 'endpoints.yaml'] });
    const types = await runCommand({ args: ['types'] });

    expect([openApi.code, asyncApi.code, types.code]).to.deep.equal([0, 0, 0]);
    expect(JSON.parse(openApi.stdout)).to.deep.include({ openapi: '3.1.0' }).and.to.have.property('paths');
    expect(JSON.parse(asyncApi.stdout))
      .to.deep.include({ asyncapi: '3.0.0' })
      .and.to.have.property('channels');
    expect(types.stdout).to.contain('"POST /messages/": {');
  });

  it('generates nothing from an invalid file', async () => {
    const { code, stdout, stderr } = await runCommand({
      args: ['openapi', await fileWith('endpoints:\n  GET /a: 5\n')],
    });

    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.contain(':2:11 ');
  });

  it('reports the position of every mistake in a file, and exits with 1', async () => {
    const file = await fileWith(
      'endpoints:\n  POST /a/:\n    fanuot: true\n  GTE /b/:\n    rpc: true\nworkers:\n  w: { on: POST /c/, use: append }\n',
    );

    const { code, stderr } = await runCommand({ args: ['check', file] });

    expect(code).to.equal(1);
    expect(stderr).to.contain(`${file}:3:5 `).and.to.contain('fanout');
    expect(stderr).to.contain(`${file}:4:3 `);
    expect(stderr).to.contain(`${file}:7:`);
  });

  it('starts nothing with an invalid file or setting', async () => {
    const wrongFile = await runCommand({ args: ['start', '--file', await fileWith('endpoints: 7\n')] });
    const noFile = await runCommand({ args: ['start', '--file', '/nowhere/endpoints.yaml'] });
    const wrongPort = await runCommand({ args: ['start'], env: { PORT: 'eighty' } });

    expect([wrongFile.code, noFile.code, wrongPort.code]).to.deep.equal([1, 1, 1]);
    expect(noFile.stderr).to.contain('/nowhere/endpoints.yaml does not exist');
    expect(wrongPort.stderr).to.contain('PORT');
  });

  for (const role of ['serve', 'live', 'work']) {
    it(`refuses to ${role} on an embedded bus`, async () => {
      const { code, stderr } = await runCommand({ args: [role] });

      expect(code).to.equal(1);
      expect(stderr).to.contain('AMQP_URL');
      expect(stderr).to.contain('restmapper start');
    });
  }

  it('refuses to run a worker that is not in the file', async () => {
    const { code, stderr } = await runCommand({
      args: ['work', 'messages_pots'],
      env: { AMQP_URL: 'amqp://127.0.0.1:1' },
    });

    expect(code).to.equal(1);
    expect(stderr).to.contain('messages_pots').and.to.contain('messages_post');
  });

  it('reports a process that does not run as unhealthy', async () => {
    const { code, stderr } = await runCommand({ args: ['healthcheck', 'serve'] });

    expect(code).to.equal(1);
    expect(stderr).to.contain('does not respond');
  });
});
