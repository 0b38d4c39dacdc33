import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPasswordOf, sha256 } from '@restmapper/auth';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { use } from '../../../test/support/use.ts';
import type { Console } from '../src/console.ts';
import { runProgram } from '../src/program.ts';

interface Run {
  readonly code: number;
  readonly stdout: string;
}

async function run(
  args: readonly string[],
  { env = {}, input = '' }: { env?: Console['env']; input?: string } = {},
): Promise<Run> {
  let stdout = '';
  const code = await runProgram(args, {
    env,
    isTerminal: false,
    print: (text) => (stdout += text),
    printError: () => {},
    ask: async () => undefined,
    readFile: () => '',
    readInput: async () => input,
    stopRequested: Promise.resolve(),
  });
  return { code, stdout };
}

async function fileWith(text: string): Promise<string> {
  const folder = await makeTemporaryFolder('check');
  use(folder, () => rm(folder, { recursive: true }));
  const file = join(folder, 'endpoints.yaml');
  await writeFile(file, text);
  return file;
}

const endpoints = 'endpoints:\n  GET /a: { rpc: true }\n  POST /b: { fanout: true, public: true, feed: b }\n';

describe('check', () => {
  it('says that everything is public without an auth section', async () => {
    const { stdout } = await run(['check', await fileWith(endpoints)]);

    expect(stdout).to.contain('note: everything is public: anyone may call and watch');
  });

  it('says who may call, and which keys come unencrypted', async () => {
    const file = await fileWith(`${endpoints}auth:
  schemes:
    users: { jwt: { issuer: i, audience: a, algorithms: [RS256], jwks: "http://id:80/jwks" } }
    asked: { forward: { url: "http://127.0.0.1:1/", headers: [cookie], subject: x-user } }
`);

    const { code, stdout } = await run(['check', file]);

    expect(code).to.equal(0);
    expect(stdout).to.contain('note: protected by users (jwt), asked (forward); public: POST /b');
    expect(stdout).to.contain('note: what passes between here and http://id:80/jwks is not encrypted');
    expect(stdout).to.not.contain('127.0.0.1');
  });

  it('reads the files that hold keys', async () => {
    const schemes = 'auth: { schemes: { machines: { apiKey: { clientsFile: ./clients.yaml } } } }';
    const file = await fileWith(`${endpoints}${schemes}\n`);

    const missing = await run(['check', file]).catch((error: unknown) => error);
    await writeFile(join(file, '../clients.yaml'), 'bob: { keys: [s3cret] }');
    const wrong = await run(['check', file]).catch((error: unknown) => error);

    expect(missing)
      .to.include({ code: 'CONFIG_INVALID' })
      .and.property('message')
      .that.contains('clients.yaml cannot be read');
    expect(wrong)
      .to.include({ code: 'CONFIG_INVALID' })
      .and.property('message')
      .that.contains('clients.yaml:1:15 `keys[0]`');
  });
});

describe('what the environment says of other origins', () => {
  it('is refused when any page at all could call with cookies', async () => {
    const file = await fileWith(endpoints);
    const refusalOf = (env: Console['env']) => run(['check', file], { env }).catch((error: unknown) => error);

    expect(await refusalOf({ ALLOWED_ORIGINS: '*', ALLOW_CREDENTIALS: 'on' }))
      .to.include({ code: 'CONFIG_INVALID' })
      .and.property('message')
      .that.contains('does not go with *');
    expect(await refusalOf({ ALLOW_CREDENTIALS: 'yes' })).to.include({ code: 'CONFIG_INVALID' });
    expect(await refusalOf({ ALLOWED_ORIGINS: 'https://a.example', ALLOW_CREDENTIALS: 'on' })).to.include({
      code: 0,
    });
    expect(await refusalOf({ ALLOWED_ORIGINS: '*' })).to.include({ code: 0 });
  });
});

describe('key', () => {
  it('makes a key whose SHA-256 a file of clients takes', async () => {
    const [one, other] = [await run(['key']), await run(['key'])];
    const [, key = '', digest = ''] =
      /^key {5}([\w-]{43})\nsha256 {2}([\da-f]{64})\n$/.exec(one.stdout) ?? [];

    expect(sha256(key).toString('hex')).to.equal(digest);
    expect(one.stdout).to.not.equal(other.stdout);
  });
});

describe('password', () => {
  it('prints the hash of what comes on standard input, without the line end', async () => {
    const { code, stdout } = await run(['password'], { input: 'secret\n' });

    expect(code).to.equal(0);
    expect(await isPasswordOf(stdout.trim(), 'secret')).to.equal(true);
  });

  it('ends with 1 when nothing comes', async () => {
    expect(await run(['password'], { input: '\n' })).to.deep.equal({ code: 1, stdout: '' });
  });
});
