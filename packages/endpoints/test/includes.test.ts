import { expect } from 'chai';
import { ConfigError, type FileProblem } from '@restmapper/core';
import { createLocator, type IncludeReader, type Model } from '../src/index.ts';
import { parse } from './parse.ts';

/** Reads the files of an object by their absolute paths; a pattern is `FOLDER/*`. */
function readerOf(files: Readonly<Record<string, string>>): IncludeReader {
  return {
    list: (pattern, directory) => {
      const folder = `${directory}/${pattern.replace('./', '').replace('*', '')}`;
      return Object.keys(files)
        .filter((path) => path.startsWith(folder))
        .sort();
    },
    read: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('there is no such file');
      return text;
    },
    identify: (path) => path.replace('/link/', '/app/'),
  };
}

function open(
  main: string,
  files: Readonly<Record<string, string>>,
  onNote?: (note: FileProblem) => void,
): Model {
  return parse(main, { includes: readerOf(files), ...(onNote && { onNote }) });
}

/** The problems of files, as `file:line:column message`. */
function problemsOf(main: string, files: Readonly<Record<string, string>>): readonly string[] {
  try {
    open(main, files);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  }
}

describe('included files', () => {
  it('are merged section by section', () => {
    const model = open(
      "include: [./parts/*]\ninfo: { title: A }\nendpoints:\n  GET /a: { rpc: true, reply: { $ref: '#/schemas/B' } }\n",
      {
        '/app/parts/b.yaml':
          "info: { version: '1' }\nendpoints:\n  POST /b: { fanout: true, body: { $ref: '#/schemas/B' }, feed: b }\nworkers:\n  a: { on: GET /a, use: ./a.ts }\n",
        '/app/parts/c.yaml': 'schemas: { B: { type: integer } }\nfeeds: { b: { maxAge: 2h } }\nworkers:\n',
      },
    );

    expect(model.info).to.include({ title: 'A', version: '1' });
    expect(model.endpoints.map(({ key }) => key)).to.deep.equal(['GET /a', 'POST /b']);
    expect(model.endpoints[1]?.body).to.deep.include({ $ref: '#/$defs/schemas~1B' });
    expect(model.feeds[0]).to.include({ maxAgeSeconds: 7200 });
    expect(model.workers[0]?.use).to.deep.equal({ kind: 'module', path: '/app/parts/a.ts' });
  });

  it('name their own files, and read the same variables', () => {
    const { auth, workers } = parse(
      'include: [../shared/auth.yaml, ./w.yaml]\nendpoints: { GET /a: { rpc: true } }\n',
      {
        env: { NAME: 'clients' },
        includes: readerOf({
          '/shared/auth.yaml': 'auth: { schemes: { k: { apiKey: { clientsFile: "./${NAME}.yaml" } } } }',
          '/app/w.yaml': 'workers: { w: { on: GET /a, use: ./w.ts } }',
        }),
      },
    );

    expect(auth?.schemes[0]).to.have.nested.property('clients.path', '/shared/clients.yaml');
    expect(workers[0]?.use).to.include({ path: '/app/w.ts' });
  });

  it('add schemes to those of another', () => {
    const { auth } = open(
      'include: [./b.yaml]\nauth: { schemes: { a: { apiKey: { clientsFile: ./a.yaml } } } }\nendpoints: { GET /a: { rpc: true } }\n',
      { '/app/b.yaml': 'auth: { schemes: { b: { apiKey: { clientsFile: ./b.yaml } } } }' },
    );

    expect(auth?.schemes.map(({ name }) => name)).to.deep.equal(['a', 'b']);
  });

  it('are read once, however many files include them', () => {
    const { endpoints } = open('include: [./a.yaml, ./b.yaml, ./a.yaml, /link/c.yaml]\n', {
      '/app/a.yaml': 'include: [./c.yaml]\n',
      '/app/b.yaml': 'include: [c.yaml]\n',
      '/app/c.yaml': '\uFEFFendpoints: { GET /c: { rpc: true } }\n',
    });

    expect(endpoints.map(({ key }) => key)).to.deep.equal(['GET /c']);
  });

  it('may be many, beside or below each other', () => {
    const chain = Array.from({ length: 1000 }, (_, index) => [
      `/app/chain/${index}.yaml`,
      `include: [./${index + 1}.yaml]\nendpoints: { GET /chain/${index}: { rpc: true } }\n`,
    ]);
    const files = Array.from({ length: 1000 }, (_, index) => [
      `/app/many/${index}.yaml`,
      `endpoints: { GET /many/${index}: { rpc: true } }\n`,
    ]);
    const last = ['/app/chain/1000.yaml', 'endpoints: { GET /last: { rpc: true } }'];

    const { endpoints } = open(
      'include: [./many/*, ./chain/0.yaml]\n',
      Object.fromEntries([...chain, ...files, last]),
    );

    expect(endpoints).to.have.length(2001);
  }).timeout(20_000);

  it('are noted if a pattern matches none', () => {
    const notes: FileProblem[] = [];
    open('include:\n  - ./parts/*\nendpoints: { GET /a: { rpc: true } }\n', {}, (note) => notes.push(note));

    expect(notes.map(({ line, message }) => `${line} ${message}`)).to.deep.equal([
      '2 `./parts/*` matches no file',
    ]);
  });

  it('have the places of what shows only later', () => {
    const locate = createLocator('include: [./b.yaml]\n', {
      file: 'conf/endpoints.yaml',
      directory: '/app',
      env: {},
      includes: readerOf({ '/app/b.yaml': 'workers:\n  w: { use: ./gone.ts }\n' }),
    });

    expect(locate('/workers/w/use', 'x')).to.include({ file: 'conf/b.yaml', line: 2, column: 13 });
    expect(locate('/include/0', 'x')).to.include({ file: 'conf/endpoints.yaml', line: 1, column: 11 });
  });
});

type Mistakes = Readonly<
  Record<string, readonly [main: string, files: Readonly<Record<string, string>>, ...problems: string[]]>
>;

const mistakes: Mistakes = {
  'a file that does not exist, and nothing that may follow from it': [
    'include: [./gone.yaml]\nworkers: { w: { on: GET /gone, use: ./w.ts } }\n',
    {},
    'endpoints.yaml:1:11 `gone.yaml` cannot be included: there is no such file',
  ],
  'a URL and a number': [
    'include: [https://example.org/a.yaml, 5]\nendpoints: { GET /a: { rpc: true } }\n',
    {},
    'endpoints.yaml:1:11 `https://example.org/a.yaml` cannot be included: only files can',
    'endpoints.yaml:1:39 `include[1]` must be the path of a file, such as `./orders.yaml`',
  ],
  'neither a path nor a list': [
    'include: { a: ./a.yaml }\nendpoints: { GET /a: { rpc: true } }\n',
    {},
    'endpoints.yaml:1:10 `include` must be the path of a file, or a list of paths, such as `[./endpoints/*.yaml]`',
  ],
  'a file that includes itself': [
    'include: [./endpoints.yaml]\nendpoints: { GET /a: { rpc: true } }\n',
    {},
    'endpoints.yaml:1:11 `endpoints.yaml` includes itself: endpoints.yaml → endpoints.yaml',
  ],
  'files that include each other': [
    'include: [./a/a.yaml]\nendpoints: { GET /a: { rpc: true } }\n',
    { '/app/a/a.yaml': 'include: [../b.yaml]', '/app/b.yaml': 'include: [/link/a/a.yaml]' },
    'b.yaml:1:11 `/link/a/a.yaml` includes itself: a/a.yaml → b.yaml → /link/a/a.yaml',
  ],
  'a key of two files': [
    "include: [./a.yaml]\ninfo: { title: A }\nendpoints:\n  GET /a: { rpc: true }\nschemas: { S: { items: { $ref: '#/schemas/S' } } }\n",
    {
      '/app/a.yaml': 'endpoints:\n  GET /a: { rpc: true }\nschemas: { S: {} }\ninfo: { title: B }\n',
    },
    'a.yaml:2:3 duplicate key `GET /a`; it is already on line 4 of endpoints.yaml',
    'a.yaml:3:12 duplicate key `S`; it is already on line 5 of endpoints.yaml',
    'a.yaml:4:9 duplicate key `title`; it is already on line 2 of endpoints.yaml',
  ],
  'routes of two files that fit one call': [
    'include: ./a.yaml\nendpoints: { "GET /a/{x}": { rpc: true } }\n',
    { '/app/a.yaml': 'endpoints: { "GET /a/{y}": { rpc: true } }\n' },
    'a.yaml:1:14 `GET /a/{y}` can never be reached: its calls go to `GET /a/{x}` on line 2 of endpoints.yaml',
  ],
  'mistakes in every file': [
    'include: [./a.yaml, ./b.yaml]\nendpoints: { GET /a: { rpc: 1 } }\n',
    {
      '/app/a.yaml': 'workers: { w: { on: GET /b, use: ./w.ts, tabel: x } }\n',
      '/app/b.yaml': "schemas: { Order: { $ref: '#/schemas/Odrer' } }\n",
    },
    'endpoints.yaml:2:29 `rpc` must be `true` or a mapping such as `{ timeout: 10s }`',
    'a.yaml:1:21 there is no endpoint `GET /b`; did you mean `GET /a`?',
    'a.yaml:1:42 unknown key `tabel`; did you mean `table`?',
    'b.yaml:1:27 `$ref` leads to `#/schemas/Odrer`, but there is no such schema under `schemas`; did you mean `#/schemas/Order`?',
  ],
  'broken YAML': [
    'include: [./a.yaml, ./b.yaml]\nendpoints: { GET /a: { rpc: true } }\n',
    { '/app/a.yaml': 'endpoints: [', '/app/b.yaml': '' },
    'a.yaml:1:13 the closing `]` is missing, or not indented',
    'b.yaml:1:1 the file is empty',
  ],
  'a list': [
    'include: [./a.yaml]\n',
    { '/app/a.yaml': '- a\n' },
    'a.yaml:1:1 the file must be a mapping; write `name:` instead of `-`',
  ],
  'an anchor of another file': [
    'include: [./a.yaml]\nendpoints: { GET /a: &a { rpc: true } }\n',
    { '/app/a.yaml': 'endpoints: { GET /b: *a }\n' },
    'a.yaml:1:22 no anchor `&a` stands before the alias `*a`, and anchors of other files do not count; share a schema under `schemas`',
  ],
  'a variable that is not set': [
    'include: ["./${NAME}.yaml"]\nendpoints: { GET /a: { rpc: true } }\n',
    {},
    'endpoints.yaml:1:14 the environment variable NAME is not set; set it, or write `${NAME:-default}`',
  ],
};

describe('a mistake in included files', () => {
  for (const [title, [main, files, ...problems]] of Object.entries(mistakes)) {
    it(`is reported: ${title}`, () => {
      expect(problemsOf(main, files)).to.deep.equal(problems);
    });
  }

  it('is reported where a text is not read from a file', () => {
    expect(() => parse('include: [./a.yaml]\nendpoints: { GET /a: { rpc: true } }\n')).to.throw(
      ConfigError,
      'only a file can include others',
    );
  });
});
