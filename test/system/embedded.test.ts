import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { freePorts } from '../support/free-ports.ts';
import { until } from '../support/until.ts';
import { post } from './calls.ts';
import { type Command, openCommand, openFolder, startCommand, stopCommand } from './command.ts';
import { openLiveSocket } from './live-socket.ts';

const shippedFile = fileURLToPath(new URL('../../endpoints.yaml', import.meta.url));

const endpoints = `
  POST /notes/:
    fanout: true
    body:
      type: object
      required: [order, text]
      properties:
        order: { type: integer, minimum: 1 }
        text:  { type: string, minLength: 1 }
  GET /notes/: { rpc: true, query: { properties: { limit: { type: integer, minimum: 0, default: 20 } } } }

`;
const workers = `
  notes_post: { on: POST /notes/, use: append, table: order_note }
  notes_get:  { on: GET /notes/,  use: page,   table: order_note }
`;

/** The text of the response, once it is the expected one. */
async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

async function openEmbedded(cwd: string, { fromSource = false } = {}): Promise<Command> {
  await copyFile(shippedFile, join(cwd, 'endpoints.yaml'));
  return openCommand({ args: ['start'], cwd, fromSource });
}

describe('restmapper start, with nothing installed', function () {
  this.timeout(60_000);

  it('stores a message, streams it live, returns it, and still has it after a restart', async () => {
    const folder = await openFolder();
    const first = await openEmbedded(folder, { fromSource: true });
    const live = await openLiveSocket(first.url);
    const page = '{"paginationId":1,"offset":0,"limit":5,"total":1,"messages":[{"a":1}]}';

    const posted = await post(`${first.url}/api/v1/messages/`, '{"a":1}');

    expect(posted.status).to.equal(200);
    expect(await posted.text()).to.equal('{}');
    await until(async () => (await textOf(`${first.url}/api/v1/messages/?limit=5`)) === page);
    await until(() => live.received.length > 0);
    expect(live.received).to.deep.equal(['{"a":1}']);

    expect(await stopCommand(first)).to.equal(0);
    const second = await openEmbedded(folder, { fromSource: true });

    expect(await textOf(`${second.url}/api/v1/messages/?limit=5`)).to.equal(page);
  });

  it('prints what runs, what is embedded, and which URLs and routes there are', async () => {
    const command = await openEmbedded(await openFolder());

    const banner = command.stderr();

    expect(banner).to.match(/restmapper \d+\.\d+\.\d+/);
    expect(banner).to.contain('embedded, in memory');
    expect(banner).to.contain('survives a crash');
    expect(banner).to.contain(`http://127.0.0.1:${command.port}/api/v1/`);
    expect(banner).to.contain(`ws://127.0.0.1:${command.port}/ws/v1/`);
    expect(banner).to.contain(`http://127.0.0.1:${command.port}/sse/v1/`);
    expect(banner).to.match(/POST\s+\/messages\/\s+fanout\s+messages_post/);
    expect(await textOf(`${command.url}/`)).to.contain('restmapper');
    expect(await textOf(`${command.url}/api/v1/openapi.json`)).to.contain('"/messages/"');
  });

  it('serves endpoints that are added to the file', async () => {
    const folder = await openFolder();
    await writeFile(join(folder, 'endpoints.yaml'), await extendedFile());
    const { url } = await openCommand({ args: ['start'], cwd: folder });
    const notes = `${url}/api/v1/notes/`;

    const posted = await post(notes, { order: 7, text: 'call back' });
    const invalid = await post(notes, { order: 7, text: '' });
    const wrongOrder = await post(notes, { order: 'none', text: 'x' });

    expect([posted.status, invalid.status, wrongOrder.status]).to.deep.equal([200, 422, 422]);
    await until(async () => (await textOf(notes)).includes('"total":1'));
    expect(JSON.parse(await textOf(notes))).to.deep.include({
      total: 1,
      messages: [{ order: 7, text: 'call back' }],
    });
    expect(JSON.parse(await textOf(`${url}/api/v1/messages/`))).to.deep.include({ total: 0 });
  });

  it('preserves every JSON value byte for byte', async () => {
    const { url } = await openEmbedded(await openFolder());
    const body =
      '{"big":12345678901234567890,"one":1.0,"small":1e-400,"text":"\\u00e9é\\"","empty":{},"list":[null,true]}';

    await post(`${url}/api/v1/messages/`, body);
    const page = await until(async () => {
      const text = await textOf(`${url}/api/v1/messages/`);
      return text.includes('"total":1') && text;
    });

    expect(page).to.contain('"big":12345678901234567890');
    expect(page).to.contain('"one":1.0');
    expect(page).to.match(/"small":0\.0{399}1[,}]/);
    expect(page).to.contain('"text":"éé\\""');
  });

  it('refuses a second process on the same folder, and names the first', async () => {
    const folder = await openFolder();
    const first = await openEmbedded(folder);

    const second = await startCommand({ args: ['start'], cwd: folder });

    expect(await second.exited).to.equal(1);
    expect(second.stderr()).to.contain(String(first.child.pid));
    expect((await fetch(`${first.adminUrl}/readyz`)).status).to.equal(200);
  });

  it('takes over the folder of a process that was killed', async () => {
    const folder = await openFolder();
    const first = await openEmbedded(folder);
    await post(`${first.url}/api/v1/messages/`, { kept: true });
    await until(async () => (await textOf(`${first.url}/api/v1/messages/`)).includes('"total":1'));
    first.child.kill('SIGKILL');
    await first.exited;

    const second = await openEmbedded(folder);

    expect(await textOf(`${second.url}/api/v1/messages/`)).to.contain('{"kept":true}');
  });

  it('reports which port is in use, and leaves nothing running', async () => {
    const folder = await openFolder();
    const first = await openEmbedded(folder);
    const [adminPort] = await freePorts(1);

    const second = await openFolder().then((other) =>
      startCommand({
        args: ['start', '--file', join(folder, 'endpoints.yaml')],
        cwd: other,
        env: { PORT: String(first.port), ADMIN_PORT: String(adminPort) },
      }),
    );

    expect(await second.exited).to.equal(1);
    expect(second.stderr()).to.contain(`${first.port} is in use`);
  });
});

/** The shipped file with two more endpoints and their workers. */
async function extendedFile(): Promise<string> {
  const shipped = await readFile(shippedFile, 'utf8');
  return shipped.replace(/^workers:\n/m, `${endpoints}workers:\n${workers}`);
}
