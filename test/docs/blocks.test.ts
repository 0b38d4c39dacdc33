import { expect } from 'chai';
import { problemsOfJson, problemsOfYaml } from './blocks/data-blocks.ts';
import { problemsOfPrograms } from './blocks/program-blocks.ts';
import { problemsOfShell } from './blocks/shell-blocks.ts';
import { shellCommandsOf } from './blocks/shell-commands.ts';

/** A block of a document that is not there. */
function block(language: string, text: string) {
  return { document: 'docs/a.md', line: 3, language, attributes: {}, text };
}

describe('the check of a block', function () {
  this.timeout(60_000);

  it('reads the commands of a script', () => {
    const script = [
      `A=1 B='x y' one "two three" four\\ five # six`,
      'one <(two three) > file && { three; } | four \\\n  five',
      'for a in b; do two "$a"; done',
    ].join('\n');

    expect(shellCommandsOf(script)).to.deep.equal([
      ['two', 'three'],
      ['one', 'two three', 'four\\ five'],
      ['one', '<(two three)'],
      ['three'],
      ['four', 'five'],
      ['for', 'a', 'in', 'b'],
      ['two', '$a'],
    ]);
  });

  for (const [text, problem] of [
    ['restmapper chek', 'restmapper chek: there is no command chek'],
    ['npx restmapper dlq lst', 'restmapper dlq lst: there is no command lst'],
    ['npm run restmapper -- serve --prot 1', 'restmapper serve --prot 1: there is no option --prot'],
    ['restmapper routes a.yaml b.yaml', 'restmapper routes a.yaml b.yaml: there is no argument b.yaml'],
    ['restmapper dlq show', 'restmapper dlq show: it lacks queue'],
    ['npm run lnt', 'there is no script lnt'],
    ['npm test -- packages/none', 'there is no packages/none'],
    ['deploy/none.sh', 'there is no file deploy/none.sh'],
    ['docker compose stop none', 'there is no service none'],
    ['docker compose up --scale none=2', 'there is no service none'],
    ['nonsense', 'nothing checks the command nonsense; if readers have it, list it in shell-blocks.ts'],
  ] as const) {
    it(`rejects the command: ${text}`, () => {
      expect(problemsOfShell(text)).to.deep.equal([problem]);
    });
  }

  it('rejects a script that the shell cannot read', () => {
    expect(problemsOfShell('cd "a')[0]).to.match(/unexpected EOF/);
  });

  it('rejects a wrong file, also a part of one', () => {
    const [endpoint] = problemsOfYaml('endpoints: { GET /a: { rcp: true } }');
    const [worker] = problemsOfYaml('workers: { a: { on: POST /a, use: append, tabel: a } }');
    const [cases] = problemsOfYaml('cases: { a: [{ reqest: GET /a }] }');

    expect(endpoint).to.match(/unknown key `rcp`/);
    expect(worker).to.match(/unknown key `tabel`/);
    expect(cases).to.match(/`reqest`/);
  });

  it('accepts one JSON value, or one in each line', () => {
    expect(problemsOfJson('{\n"a": 1\n}')).to.deep.equal([]);
    expect(problemsOfJson('{ "a": 1 }\n{ "b": 1 }')).to.deep.equal([]);
    expect(problemsOfJson('{ "a": 1 }\n{ b: 1 }')).to.have.length(1);
    expect(problemsOfJson('{ "a": … }')).to.have.length(1);
  });

  it('rejects wrong types and names, but lets JavaScript do without types', () => {
    const text =
      "import { defineHandler } from 'restmapper/worker';\nexport default defineHandler(async ({ data }) => data.a);\n";

    const named = { ...block('js', text.replaceAll('defineHandler', 'define')), line: 4 };

    const problems = problemsOfPrograms([block('js', text), block('ts', text), named], []);

    expect(problems).to.deep.equal([
      "docs/a.md:3: 'data' is of type 'unknown'.",
      `docs/a.md:4: Module '"restmapper/worker"' has no exported member 'define'.`,
    ]);
  });
});
