import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { amqpUrl } from '../support/amqp.ts';
import { databaseUrl } from '../support/database.ts';
import { openFolder, runCommand } from './command.ts';

interface Finding {
  readonly check: string;
  readonly level: string;
  readonly message: string;
}

async function doctor(env: Readonly<Record<string, string>>, yaml?: string, role = 'start') {
  const cwd = await openFolder();
  if (yaml !== undefined) await writeFile(join(cwd, 'endpoints.yaml'), yaml);
  const { code, stdout, stderr } = await runCommand({ args: ['doctor', role, '--json'], cwd, env });
  expect(stderr).to.equal('');
  const findings = JSON.parse(stdout) as readonly Finding[];
  const of = (name: string) => findings.filter(({ check }) => check === name);
  return { code, of, problems: findings.filter(({ level }) => level === 'problem') };
}

const yaml = 'endpoints: { POST /doctor-was-here: { fanout: true } }\n';

describe('restmapper doctor', function () {
  this.timeout(60_000);

  it('finds no problem with servers that are there', async () => {
    const found = await doctor({ AMQP_URL: amqpUrl(), DATABASE_URL: databaseUrl() }, yaml);

    expect(found.problems).to.deep.equal([]);
    expect(found.code).to.equal(0);
    expect(found.of('broker')[0]?.message).to.match(/^amqp:\/\/\S+: RabbitMQ \d/);
    expect(found.of('broker')[1]?.message).to.contain('do not exist yet').and.to.contain('/doctor-was-here');
    expect(found.of('database')[0]?.message).to.match(/^PostgreSQL \d/);
  });

  it('explains a wrong password, a dead server and a missing file, without revealing a secret', async () => {
    const url = new URL(amqpUrl());
    url.password = 'not-this-one';

    const wrong = await doctor({ AMQP_URL: url.href, DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/db' });

    expect(wrong.code).to.equal(1);
    expect(wrong.of('broker')[0]?.message).to.contain('refused this user or password');
    expect(wrong.of('database')[0]?.level).to.equal('problem');
    expect(wrong.of('file')[0]?.message).to.contain('endpoints.yaml does not exist');
    expect(JSON.stringify(wrong.problems)).not.to.contain('not-this-one').and.not.to.contain('secret');
  });

  it('works with nothing running, and names an invalid or missing setting', async () => {
    const embedded = await doctor({}, yaml);
    const wrong = await doctor({ PORT: 'eighty' }, yaml);
    const missing = await doctor({}, yaml, 'serve');

    expect([embedded.code, embedded.problems]).to.deep.equal([0, []]);
    expect(wrong.of('settings')[0]).to.deep.include({ level: 'problem' });
    expect(wrong.of('settings')[0]?.message).to.contain('PORT');
    expect(missing.of('broker')[0]?.message).to.contain('serve needs RabbitMQ');
  });
});
