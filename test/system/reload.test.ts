import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { withChannel } from '../support/amqp.ts';
import { post } from './calls.ts';
import { type Command, openCommand } from './command.ts';
import { type EditedProject, openEditedProject } from './edited-project.ts';
import { openLiveSocket } from './live-socket.ts';

type Entry = Readonly<Record<string, unknown>>;

/** The log entries of a process with a message, as their fields. */
function entriesOf({ stdout }: Command, message: string): readonly Entry[] {
  const lines = stdout().split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Entry).filter(({ msg }) => String(msg).startsWith(message));
}

/** Asks a process to reload its files; resolves with what it logs about that. */
async function reload(command: Command): Promise<Entry> {
  const count = () => entriesOf(command, 'reloaded').length + entriesOf(command, 'not reloaded').length;
  const before = count();
  command.child.kill('SIGHUP');
  await until(() => count() > before);
  return [...entriesOf(command, 'reloaded'), ...entriesOf(command, 'not reloaded')]
    .toSorted((a, b) => String(a['time']).localeCompare(String(b['time'])))
    .at(-1) as Entry;
}

async function answerOf(command: Command, { path }: EditedProject, body: object): Promise<string> {
  const response = await post(`${command.url}${path}`, body);
  return `${response.status} ${await response.text()}`;
}

async function deleteQueues(...queues: readonly string[]): Promise<void> {
  await withChannel(async (channel) => {
    for (const queue of queues) await channel.deleteQueue(queue);
  });
}

describe('a process that gets SIGHUP', function () {
  this.timeout(60_000);

  it('continues with the edited files: gateway, live bridge and worker', async () => {
    const project = await openEditedProject();
    const [serve, live, work] = await Promise.all(
      ['serve', 'live', 'work'].map((role) =>
        openCommand({ args: [role], cwd: project.folder, env: project.env }),
      ),
    );
    if (!serve || !live || !work) throw new Error('three were opened');
    const { socket } = await openLiveSocket(live.url);
    const at = (path: string): EditedProject => ({ ...project, path: `${project.path}${path}` });
    expect(await answerOf(serve, at('/version'), {})).to.equal('200 0');

    await project.save(1);
    const logged = [await reload(serve), await reload(live), await reload(work)];

    expect(logged[0]?.['changes']).to.deep.equal([`endpoint POST ${project.path}/shape changed`]);
    expect(logged[2]?.['changes']).to.include('worker version changed');
    for (const entry of logged)
      expect(entry).to.include({ msg: 'reloaded' }).and.have.property('ms').that.is.a('number');
    expect(await answerOf(serve, at('/version'), {})).to.equal('200 1');
    expect(await answerOf(serve, at('/shape'), { k1: 1 })).to.match(/^200/);
    expect(socket.readyState).to.equal(socket.OPEN);
    expect(await reload(live)).to.include({ msg: 'reloaded: nothing has changed' });
  });

  it('refuses invalid files, reports the mistakes, and continues', async () => {
    const project = await openEditedProject();
    const env = { ...project.env, LOG_LEVEL: 'info' };
    const start = await openCommand({ args: ['start'], cwd: project.folder, env });

    await project.break(0);
    const unknownHandler = await reload(start);
    await project.save(0);
    await writeFile(join(project.folder, 'value.mjs'), 'export const version = ;\n');
    const syntaxError = await reload(start);
    const answer = await post(`${start.url}/api/v1${project.path}/version`, {});

    expect(unknownHandler['msg']).to.equal('not reloaded: the last valid version stays in force');
    expect(unknownHandler['reasons'])
      .to.have.property('0')
      .that.matches(/^endpoints\.yaml:\d+:\d+ unknown handler `apend`.{0,40}$/);
    expect(syntaxError['reasons'])
      .to.have.property('0')
      .that.matches(/^endpoints\.yaml:\d+:\d+ worker version: cannot load .*SyntaxError/);
    expect(await answer.text()).to.equal('0');
    await project.save(2);
    expect(await reload(start)).to.include({ msg: 'reloaded' });
  });

  it('lists what the old file left on RabbitMQ, with the command that deletes a queue', async () => {
    const project = await openEditedProject();
    const work = await openCommand({ args: ['work'], cwd: project.folder, env: project.env });
    const queue = `left-${project.path.slice(1)}`;
    use(queue, () => deleteQueues(queue, `${queue}.dead`));
    await project.save(
      0,
      `  left: { on: POST ${project.path}/kept, queue: ${queue}, use: append, table: left_over }`,
    );
    await reload(work);

    await project.save(0);
    await reload(work);

    await until(() => entriesOf(work, 'left on RabbitMQ').length > 0);
    expect(entriesOf(work, 'left on RabbitMQ')[0]).to.deep.include({
      queues: [queue, `${queue}.dead`],
      delete: [`rabbitmqctl delete_queue '${queue}'`, `rabbitmqctl delete_queue '${queue}.dead'`],
      filling: [`${project.path}/kept:POST to ${queue}`],
    });
  });
});
