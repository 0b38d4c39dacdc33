import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isPasswordOf, sha256 } from '@restmapper/auth';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { use } from '../../../test/support/use.ts';
import type { Terminal } from '@restmapper/host';
import { runProgram } from '../src/program.ts';

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  args: readonly string[],
  { env = {}, input = '' }: { env?: Terminal['env']; input?: string } = {},
): Promise<Run> {
  let stdout = '';
  let stderr = '';
  const code = await runProgram(args, {
    env,
    isTerminal: false,
    print: (text) => (stdout += text),
    printError: (text) => (stderr += text),
    ask: async () => undefined,
    readFile: () => '',
    readFileBytes: () => Buffer.alloc(0),
    readInput: async () => input,
    readInputBytes: async () => Buffer.from(input),
    onReloadRequested: () => {},
    stopRequested: Promise.resolve(),
    exit: () => {},
  });
  return { code, stdout, stderr };
}

/** Runs a command that is refused; returns the message. */
async function refusalOf(args: readonly string[]): Promise<string> {
  const error: unknown = await run(args).catch((error: unknown) => error);
  expect(error).to.include({ code: 'CONFIG_INVALID' });
  return error instanceof Error ? error.message : '';
}

async function fileWith(text: string | Buffer): Promise<string> {
  const folder = await makeTemporaryFolder('check');
  use(folder, () => rm(folder, { recursive: true }));
  const file = join(folder, 'endpoints.yaml');
  await writeFile(file, text);
  return file;
}

const endpoints = 'endpoints:\n  GET /a: { rpc: true }\n  POST /b: { fanout: true, public: true, feed: b }\n';

describe('check', () => {
  it('states that everything is public without an auth section', async () => {
    const { stdout } = await run(['check', await fileWith(endpoints)]);

    expect(stdout).to.contain('note: everything is public: anyone may call and watch');
  });

  it('states who may call, and which keys come unencrypted', async () => {
    const file = await fileWith(`${endpoints}auth:
  schemes:
    users: { jwt: { issuer: i, audience: a, algorithms: [RS256], jwks: "http://id:80/jwks" } }
    asked: { forward: { url: "http://127.0.0.1:1/", headers: [cookie], subject: x-user } }
`);

    const { code, stdout } = await run(['check', file]);

    expect(code).to.equal(0);
    expect(stdout).to.contain('note: protected by users (jwt), asked (forward); public: POST /b');
    expect(stdout).to.contain('note: the connection to http://id:80/jwks is not encrypted');
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

describe('check of what start would find', () => {
  const module = (path: string) => `workers:\n  w: { on: GET /a, use: ${path} }\n`;

  async function folderWith(modules: Readonly<Record<string, string>>): Promise<string> {
    const file = await fileWith(endpoints);
    for (const [name, text] of Object.entries(modules)) await writeFile(join(file, '..', name), text);
    return file;
  }

  for (const [title, text, fault] of [
    ['is missing', undefined, /cannot load .*gone\.mjs/],
    ['cannot be parsed', 'export default {', /cannot load .*SyntaxError/],
    ['throws', 'throw new Error("no licence");', /cannot load .*no licence/],
    ['has no default export', 'export const handle = 1;', /must come from defineHandler/],
    ['exports a plain function', 'export default async () => 1;', /must come from defineHandler/],
  ] as const) {
    it(`refuses a module that ${title}, unless it is left out`, async () => {
      const file = await folderWith(text === undefined ? {} : { 'w.mjs': text });
      await writeFile(file, endpoints + module(text === undefined ? './gone.mjs' : './w.mjs'));

      expect(await refusalOf(['check', file]))
        .to.match(/:5:25 worker w: /)
        .and.match(fault);
      const { code, stdout } = await run(['check', '--no-load', file]);

      expect(code).to.equal(0);
      expect(stdout).to.contain('note: the modules of workers were not loaded');
    });
  }

  it('names every invalid module', async () => {
    const file = await folderWith({});
    await writeFile(file, `${endpoints}${module('./a.mjs')}  v: { on: POST /b, use: ./b.mjs }\n`);

    expect(
      (await refusalOf(['check', file])).match(/^\S+:[56]:2[56] worker [wv]: cannot load/gm),
    ).to.have.length(2);
  });

  it('accepts a module with a defined handler', async () => {
    const workers = new URL('../../workers/src/index.ts', import.meta.url).href;
    const text = `import { defineHandler } from '${workers}';\nexport default defineHandler(async () => 1);`;
    const file = await folderWith({ 'w.mjs': text });
    await writeFile(file, endpoints + module('./w.mjs'));

    expect(await run(['check', file])).to.include({ code: 0 });
  });

  it('reports possible surprises, with their place', async () => {
    const file = await fileWith('endpoints:\n  POST /a: { fanout: true, body: { default: 1 } }\n');

    const { stdout } = await run(['check', file]);

    expect(stdout).to.contain(`note: ${file}:2:36 this \`default\` is not filled in`);
  });

  for (const [encoding, bytes, name] of [
    ['UTF-16, little-endian', Buffer.from(`\ufeff${endpoints}`, 'utf16le'), 'is UTF-16'],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${endpoints}`, 'utf16le').swap16(), 'is UTF-16'],
    ['UTF-16 without a mark', Buffer.from(endpoints, 'utf16le'), 'is UTF-16'],
    ['Latin-1', Buffer.from(`# é\n${endpoints}`, 'latin1'), 'is not UTF-8'],
  ] as const) {
    it(`names the encoding to save a file in: not ${encoding}`, async () => {
      const file = await fileWith(bytes);

      expect(await refusalOf(['check', file])).to.equal(`${file} ${name}; save it as UTF-8`);
    });
  }
});

describe('check for programs', () => {
  const misspelt = 'endpoints:\n  GET /a: { rcp: true }\n';

  it('prints a report as JSON', async () => {
    const file = await fileWith(endpoints);

    const { code, stdout, stderr } = await run(['check', '--json', file]);

    expect([code, stderr]).to.deep.equal([0, '']);
    expect(JSON.parse(stdout)).to.deep.equal({
      file,
      valid: true,
      summary: { endpoints: 2, workers: 0, feeds: 1 },
      problems: [
        {
          severity: 'note',
          message: 'everything is public: anyone may call and watch (the file has no `auth` section)',
        },
        {
          severity: 'note',
          file,
          line: 2,
          column: 11,
          pointer: '/endpoints/GET ~1a',
          message: 'GET /a has no worker here; another program must consume its queue',
        },
      ],
    });
  });

  it('prints every mistake as JSON, and exits with 1', async () => {
    const file = await fileWith(misspelt);

    const { code, stdout, stderr } = await run(['check', '--json', file]);

    expect([code, stderr]).to.deep.equal([1, '']);
    expect(JSON.parse(stdout)).to.deep.equal({
      file,
      valid: false,
      problems: [
        {
          severity: 'error',
          code: 'CONFIG_INVALID',
          file,
          line: 2,
          column: 13,
          pointer: '/endpoints/GET ~1a/rcp',
          message: 'unknown key `rcp`; did you mean `rpc`?',
          suggestion: 'rpc',
        },
      ],
    });
  });

  it('names the value with a missing module, file or variable', async () => {
    const schemes = 'auth: { schemes: { m: { apiKey: { clientsFile: ./gone.yaml } } } }\n';
    const pointersOf = async (text: string): Promise<readonly unknown[]> => {
      const { stdout } = await run(['check', '--json', await fileWith(text)]);
      const { problems }: { problems: readonly { pointer?: string }[] } = JSON.parse(stdout);
      return problems.map(({ pointer }) => pointer);
    };

    expect(await pointersOf(`${endpoints}workers: { w: { on: GET /a, use: ./gone.mjs } }`)).to.deep.equal([
      '/workers/w/use',
    ]);
    expect(await pointersOf(endpoints + schemes)).to.deep.equal(['/auth/schemes/m/apiKey']);
    expect(await pointersOf('endpoints:\n  GET /a: { rpc: true, summary: "${X}" }')).to.deep.equal([
      '/endpoints/GET ~1a/summary',
    ]);
  });

  it('reports problems without a place: a missing file, a wrong setting', async () => {
    const missing = await run(['check', '--json', 'gone.yaml']);
    const setting = await run(['check', '--json', await fileWith(endpoints)], {
      env: { ALLOW_CREDENTIALS: 'yes' },
    });

    expect(JSON.parse(missing.stdout).problems).to.deep.equal([
      {
        severity: 'error',
        code: 'CONFIG_INVALID',
        message: 'gone.yaml does not exist; name another with --file',
      },
    ]);
    expect(setting.code).to.equal(1);
    expect(JSON.parse(setting.stdout).problems[0].message).to.contain('ALLOW_CREDENTIALS must be on or off');
  });

  it('prints SARIF 2.1.0', async () => {
    const file = await fileWith(misspelt);

    const { code, stdout } = await run(['check', '--sarif', file]);
    const { $schema, version, runs } = JSON.parse(stdout);

    expect([code, version, runs.length]).to.deep.equal([1, '2.1.0', 1]);
    expect($schema).to.equal('https://json.schemastore.org/sarif-2.1.0.json');
    expect(runs[0].tool.driver).to.include({ name: 'restmapper' });
    expect(runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).to.include('CONFIG_INVALID');
    expect(runs[0].results).to.deep.equal([
      {
        ruleId: 'CONFIG_INVALID',
        level: 'error',
        message: { text: 'unknown key `rcp`; did you mean `rpc`?' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: pathToFileURL(file).href },
              region: { startLine: 2, startColumn: 13 },
            },
            logicalLocations: [{ fullyQualifiedName: '/endpoints/GET ~1a/rcp' }],
          },
        ],
      },
    ]);
  });

  it('prints one format only', async () => {
    expect(await run(['check', '--json', '--sarif', 'gone.yaml'])).to.deep.equal({
      code: 2,
      stdout: '',
      stderr: 'error: --json and --sarif are two formats; choose one\n',
    });
  });
});

describe('a mistake on the command line', () => {
  for (const [args, line] of [
    [['strat'], "error: unknown command 'strat'; did you mean start?"],
    [['check', '--no-laod'], "error: unknown option '--no-laod'; did you mean --no-load?"],
    [['dlq', 'lst'], "error: unknown command 'lst'; did you mean list?"],
    [['dlq', 'replay'], "error: missing required argument 'queue'"],
    [['routes', '--file'], "error: option '-f, --file <path>' argument missing"],
  ] as const) {
    it(`takes two lines: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(args);

      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr.trimEnd().split('\n')).to.deep.equal([
        line,
        '`restmapper --help` lists the commands, `restmapper <command> --help` the options of one',
      ]);
    });
  }
});

describe('the allowed origins of the environment', () => {
  it('are refused when any page at all could call with cookies', async () => {
    const file = await fileWith(endpoints);
    const refusalOf = (env: Terminal['env']) =>
      run(['check', file], { env }).catch((error: unknown) => error);

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
  it('creates a key whose SHA-256 a file of clients accepts', async () => {
    const [one, other] = [await run(['key']), await run(['key'])];
    const [, key = '', digest = ''] =
      /^key {5}([\w-]{43})\nsha256 {2}([\da-f]{64})\n$/.exec(one.stdout) ?? [];

    expect(sha256(key).toString('hex')).to.equal(digest);
    expect(one.stdout).to.not.equal(other.stdout);
  });
});

describe('password', () => {
  it('prints the hash of standard input, without the line end', async () => {
    const { code, stdout } = await run(['password'], { input: 'secret\n' });

    expect(code).to.equal(0);
    expect(await isPasswordOf(stdout.trim(), 'secret')).to.equal(true);
  });

  it('exits with 1 when nothing comes', async () => {
    expect(await run(['password'], { input: '\n' })).to.include({ code: 1, stdout: '' });
  });
});
