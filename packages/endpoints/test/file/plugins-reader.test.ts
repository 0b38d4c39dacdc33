import { expect } from 'chai';
import { parseEndpoints } from '../../src/index.ts';
import type { PluginGroup } from '../../src/model/plugins.ts';
import { problemsOf } from '../parse.ts';

const start = 'endpoints: { POST /a: { fanout: true } }\nworkers: { w: { on: POST /a, use: ./w.ts } }\n';

function pluginsOf(text: string, env: Readonly<Record<string, string>> = {}): readonly PluginGroup[] {
  return parseEndpoints(start + text, { file: 'endpoints.yaml', directory: '/app', env }).plugins;
}

describe('the plugins of a file', () => {
  it('are modules by name, and folders, relative to the file', () => {
    const plugins = pluginsOf(
      'plugins: { checks: { tcp: ./checks/tcp.ts, http: /opt/http.js, from: ../more } }',
    );

    expect(plugins).to.deep.equal([
      {
        name: 'checks',
        modules: [
          { name: 'tcp', path: '/app/checks/tcp.ts' },
          { name: 'http', path: '/opt/http.js' },
        ],
        folders: ['/more'],
      },
    ]);
  });

  for (const [title, from, folders] of [
    ['a variable that is not set', '"${DIR:-}"', []],
    ['an unquoted variable that is not set', '${DIR:-}', []],
    ['a variable with two folders', '"${TWO}"', ['/opt/a', '/app/b']],
    ['a list', '[./checks, "${DIR:-}", "${TWO}"]', ['/app/checks', '/opt/a', '/app/b']],
    ['one folder twice', '[checks, ./checks/]', ['/app/checks']],
    ['a list of nothing', '[]', []],
  ] as const) {
    it(`have the folders of ${title}`, () => {
      const [group] = pluginsOf(`plugins:\n  checks:\n    from: ${from}`, { TWO: '/opt/a, ./b' });

      expect(group?.folders).to.deep.equal(folders);
    });
  }

  it('are in the modules of workers, and nowhere without any', () => {
    const text = `${start}plugins: { checks: { from: ./checks } }`;
    const [worker] = parseEndpoints(text, { file: 'endpoints.yaml', directory: '/app' }).workers;

    const plugins = [{ name: 'checks', modules: [], folders: ['/app/checks'] }];
    expect(worker?.use).to.deep.equal({ kind: 'module', path: '/app/w.ts', plugins });
    expect(pluginsOf('plugins:')).to.deep.equal([]);
  });

  it('are noted when no worker is a module', () => {
    const notes: string[] = [];
    parseEndpoints('endpoints: { GET /a: { rpc: true } }\nplugins: { checks: { tcp: ./tcp.ts } }', {
      file: 'endpoints.yaml',
      directory: '/app',
      onNote: ({ line, message }) => notes.push(`${line} ${message}`),
    });

    expect(notes).to.deep.equal(['2 no worker is a module, so nothing loads the plugins']);
  });

  it('are relative to the file that names them', () => {
    const included = 'plugins: { checks: { tcp: ./tcp.ts, from: ./more } }';
    const { plugins } = parseEndpoints(`include: ./sub/part.yaml\n${start}plugins: { a: { b: ./b.ts } }`, {
      file: 'endpoints.yaml',
      directory: '/app',
      includes: { list: () => [], read: () => included, identify: (path) => path },
    });

    expect(plugins.map(({ modules, folders }) => [modules[0]?.path, ...folders])).to.deep.equal([
      ['/app/b.ts'],
      ['/app/sub/tcp.ts', '/app/sub/more'],
    ]);
  });

  const group =
    'must be a mapping with a module or a folder, such as `{ tcp: ./checks/tcp.ts, from: ./checks }`';
  for (const [text, problem] of [
    ['./checks', '3:10 `plugins` must be a mapping of groups, such as `checks: { tcp: ./checks/tcp.ts }`'],
    ['{ checks: ./checks }', `3:20 \`checks\` ${group}`],
    ['{ checks: [./tcp.ts] }', `3:20 \`checks\` ${group}; write \`name:\` instead of \`-\``],
    ['{ checks: {} }', `3:20 \`checks\` ${group}`],
    ['{ checks: }', `3:20 \`checks\` ${group}; it is empty: write its keys below, indented further`],
    [
      '{ checks: { tcp: checks/tcp.ts } }',
      '3:27 `checks/tcp.ts` is not the path of a module; did you mean `./checks/tcp.ts`?',
    ],
    ['{ checks: { tcp: tcp } }', '3:27 `tcp` must be the path of a module, such as `./checks/tcp.ts`'],
    ['{ checks: { all: ./checks/ } }', '3:27 `./checks/` is the path of a folder; write it under `from`'],
    ['{ checks: { tcp: 7 } }', '3:27 `tcp` must be the path of a module, such as `./checks/tcp.ts`'],
    [
      '{ checks: { from: { a: b } } }',
      '3:28 `from` must be the path of a folder, or a list of paths, such as `[./checks, "${CHECK_PLUGINS:-}"]`',
    ],
    ['{ checks: { from: [7] } }', '3:29 `from[0]` must be the path of a folder, such as `./checks`'],
    [
      '{ my checks: { tcp: ./tcp.ts } }',
      '3:12 `my checks` must be 1 to 64 letters, digits, `_` or `-`, beginning with a letter',
    ],
    [
      '{ checks: { __proto__: ./tcp.ts } }',
      '3:22 `__proto__` must be 1 to 64 letters, digits, `_`, `.` or `-`, beginning with a letter or a digit',
    ],
  ] as const) {
    it(`are refused: ${text}`, () => {
      expect(problemsOf(`${start}plugins: ${text}`)).to.deep.equal([problem]);
    });
  }
});
