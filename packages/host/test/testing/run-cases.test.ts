import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { databaseUrl } from '../../../../test/support/database.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { openCaseFile } from '../../src/testing/case-file.ts';
import { type CaseResult, runCases, type RunCasesOptions } from '../../src/testing/run-cases.ts';

const workers = new URL('../../../workers/src/index.ts', import.meta.url).href;

const handler = `
import { defineHandler, Reject } from '${workers}';
export default defineHandler(async ({ data, identity }, { db, publish }) => {
  if (data?.fail === 'defect') throw new TypeError('it broke');
  if (data?.fail) throw new Reject('it is wrong');
  if (data?.ask) return (await db.query('SELECT name FROM article ORDER BY name')).map(({ name }) => name);
  await publish('POST /seen', { data: { by: identity?.subject ?? null } });
  return { data };
});
`;

const endpoints = `
endpoints:
  POST /orders: { fanout: true, body: true }
  POST /seen: { fanout: true, body: true, feed: seen }
  POST /tasks: { fanout: true, body: true }
  POST /echo: { rpc: true, body: true }
  GET /tax/{zone}: { rpc: true, summary: "\${ZONE}" }
  POST /uploads: { rpc: true, body: true, consumes: [application/x-www-form-urlencoded, image/*, text/csv] }
  GET /taxes: { rpc: true, produces: [application/json, text/csv], replyHeaders: [x-total] }
workers:
  store: { on: POST /orders, use: append, table: orders }
  tasks: { on: POST /tasks, use: ./handler.mjs }
  echo: { on: POST /echo, use: ./handler.mjs }
`;

async function run(cases: string, options: Partial<RunCasesOptions> = {}): Promise<readonly CaseResult[]> {
  const folder = use(await makeTemporaryFolder('cases'), (path) => rm(path, { recursive: true }));
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  await write('handler.mjs', handler);
  await write('endpoints.yaml', endpoints);
  await writeFile(join(folder, 'picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  await write('schema.sql', 'CREATE TABLE article (name text); CREATE TABLE other (id int);');
  await write('endpoints.test.yaml', `env: { ZONE: eu }\n${cases}`);
  const results: CaseResult[] = [];
  const file = openCaseFile(join(folder, 'endpoints.test.yaml'));
  for await (const result of runCases(file, { env: {}, ...options })) results.push(result);
  return results;
}

/** As `title: line:column message`, without passed cases. */
function failuresOf(results: readonly CaseResult[]): readonly string[] {
  return results.flatMap(({ title, problems }) =>
    problems.map(({ line, column, message }) => `${title}: ${line}:${column} ${message}`),
  );
}

describe('the cases of a file', function () {
  this.timeout(60_000);

  it('send forms, bytes and files', async () => {
    const results = await run(`
cases:
  a form:
    - request: POST /uploads
      form: { name: "Ann & Bo", age: 7, tag: [a, b] }
      stubs: { POST /uploads: { reply: 1 } }
      expect: { published: [{ data: { name: "Ann & Bo", age: "7", tag: [a, b] } }] }
  a file, bytes and a text of another type:
    - request: POST /uploads
      file: ./picture.png
      stubs: { POST /uploads: { reply: 1 } }
      expect: { published: [{ data: iVBORw== }] }
    - { request: POST /uploads, base64: iVBORw==, expect: { status: 415 } }
    - { request: POST /uploads, base64: iVBORw==, headers: { Content-Type: image/gif }, expect: { published: [{ data: iVBORw== }] } }
    - { request: POST /uploads, text: "a,b", headers: { content-type: text/csv }, expect: { published: [{ data: "a,b" }] } }
`);

    expect(failuresOf(results)).to.deep.equal([]);
    expect(results).to.have.length(2);
  });

  it('pass without a database where none is needed', async () => {
    const results = await run(
      `cases:
  a call that the gateway rejects:
    - { request: POST /echo, text: "{", expect: { status: 400, published: [] } }
  a stub:
    - request: GET /tax/eu
      stubs: { "GET /tax/{zone}": { reply: 19 } }
      expect: { body: 19, published: [{ endpoint: "GET /tax/{zone}", params: { zone: eu } }] }
  a stub of another type:
    - request: GET /taxes
      stubs: { GET /taxes: { reply: "a\\n1\\n", status: 203, type: text/csv, headers: { x-total: "1" } } }
      expect: { status: 203, headers: { content-type: text/csv; charset=utf-8, x-total: "1" }, body: "a\\n1\\n" }
    - message: GET /taxes
      expect: { status: 203, headers: { content-type: text/csv; charset=utf-8, x-total: "1" }, reply: "a\\n1\\n" }
  a round trip:
    - request: POST /echo
      body: { a: 1 }
      expect: { body: { data: { a: 1 } }, published: [{ data: { a: 1 } }, { endpoint: POST /seen, data: { by: null } }] }
  a message of a caller:
    - { message: POST /echo, identity: { subject: ann }, expect: { published: [{ data: { by: ann } }] } }
  a dead letter:
    - { message: POST /tasks, data: { fail: true }, expect: { deadLetters: [{ reason: it is wrong }] } }
`,
      { hasEmbedded: false },
    );

    expect(failuresOf(results)).to.deep.equal([]);
    expect(results).to.have.length(6);
  });

  it('name each difference with its place', async () => {
    const results = await run(
      `cases:
  a status:
    - { request: POST /echo, text: "{", expect: { status: 422 } }
  no status:
    - { request: POST /echo, text: "{" }
  a body:
    - { request: POST /echo, body: 1, expect: { body: { data: 2 }, headers: { x-a: b, Content-Type: text/plain } } }
  a defect:
    - { request: POST /echo, body: { fail: defect } }
  messages:
    - { request: POST /seen, body: 1, expect: { published: [{ data: 2 }, { data: 3 }] } }
  one message too many:
    - { request: POST /seen, body: 1, expect: { published: [] } }
  a dead letter that is not expected:
    - { message: POST /tasks, data: { fail: true } }
  none that is expected:
    - { message: POST /tasks, expect: { deadLetters: [{ reason: it is wrong }] } }
  a reply:
    - { message: POST /echo, data: 1, expect: { reply: { data: { $has: { a: 1 } } } } }
  the reply of an event:
    - { message: POST /seen, expect: { reply: 1 } }
  no worker:
    - { message: "GET /tax/{zone}" }
  no endpoint:
    - { message: GET /nowhere }
  only the first step:
    - { request: GET /none }
    - { request: GET /none }
`,
      { hasEmbedded: false },
    );

    expect(failuresOf(results)).to.deep.equal([
      'a status: 4:59 status is 400, not 422: INVALID_JSON, the body ends where name or } is expected: line 1, column 2 (byte 1)',
      'no status: 6:18 the request failed with the status 400: INVALID_JSON, the body ends where name or } is expected: line 1, column 2 (byte 1)',
      'a body: 8:84 headers.x-a is missing, not "b"',
      'a body: 8:101 headers.Content-Type is "application/json", not "text/plain"',
      'a body: 8:63 body.data is 1, not 2',
      'a defect: 10:18 the request failed with the status 500: WORKER_ERROR, the worker failed; the log has TypeError: it broke',
      'messages: 12:69 published[0].data is 1, not 2',
      'messages: 12:60 published has 1 item, not 2',
      'one message too many: 14:60 published has 1 item, not 0; the first one too many is {"endpoint":"POST /seen","data":1}',
      'a dead letter that is not expected: 16:18 an event of POST /tasks became a dead letter: it is wrong',
      'none that is expected: 18:54 deadLetters has 0 items, not 1',
      'a reply: 20:64 reply.data is 1, not an object',
      'the reply of an event: 22:47 reply is absent: events have no reply',
      'no worker: 24:18 nothing consumes /tax/{zone}:GET',
      'no endpoint: 26:18 there is no endpoint GET /nowhere; the file has POST /orders, POST /seen, POST /tasks, POST /echo, GET /tax/{zone}, POST /uploads, GET /taxes',
      'only the first step: 28:18 the request failed with the status 404: NOT_FOUND, no endpoint has this path',
    ]);
  });

  it('begin with the rows that all need, and no others', async () => {
    const results = await run(
      `prepare: [./schema.sql]
given: [INSERT INTO article VALUES ('tea')]
cases:
  rows of the case:
    - sql: INSERT INTO article VALUES ('milk')
    - { message: POST /echo, data: { ask: true }, expect: { reply: [milk, tea] } }
    - { message: POST /orders, data: 1 }
    - { sql: "SELECT id, message FROM orders", expect: { rows: [{ id: "1", message: 1 }] } }
  are gone:
    - { sql: "SELECT name FROM article", expect: { rows: [{ name: tea }] } }
    - { sql: "SELECT id FROM orders", expect: { rows: [] } }
    - { message: POST /orders, data: 2 }
    - { sql: "SELECT id FROM orders", expect: { rows: [{ id: "1" }, { id: "2" }] } }
  a wrong statement:
    - { sql: SELEC 1 }
`,
      { database: databaseUrl() },
    );

    expect(failuresOf(results)).to.deep.equal([
      'are gone: 14:55 rows has 1 item, not 2; the first one missing is {"id":"2"}',
      'a wrong statement: 16:14 syntax error at or near "SELEC"',
    ]);
  });

  it('say what to do where the embedded database is needed and not installed', async () => {
    const results = await run(
      `cases:
  stores: [{ message: POST /orders, data: 1 }]
  refuses: [{ request: POST /orders, body: 1, expect: { deadLetters: [] } }]
  asks: [{ sql: SELECT 1 }]
  only publishes: [{ request: POST /orders, body: 1, expect: { published: [{ data: 1 }] } }]
  needs none: [{ request: POST /echo, body: 1 }]
`,
      { hasEmbedded: false },
    );

    const text =
      'this case needs the embedded database; run `npm install @electric-sql/pglite`, or name a server';
    expect(
      results.map(({ title, problems }) => [title, problems[0]?.message.startsWith(text)]),
    ).to.deep.equal([
      ['stores', true],
      ['refuses', true],
      ['asks', true],
      ['only publishes', undefined],
      ['needs none', undefined],
    ]);
  });

  it('run only if they are chosen, and the file under test is valid', async () => {
    const cases = 'cases:\n  one: [{ request: GET /none }]\n  two: [{ request: GET /none }]\n';
    const chosen = await run(cases, { hasEmbedded: false, isChosen: (title) => title === 'two' });

    const error: unknown = await run(`file: ./gone.yaml\n${cases}`).catch((error: unknown) => error);

    expect(chosen.map(({ title, line }) => [title, line])).to.deep.equal([['two', 4]]);
    expect(error).to.include({ code: 'CONFIG_INVALID' });
  });
});
