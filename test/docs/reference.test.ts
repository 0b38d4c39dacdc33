import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readDocComment } from './reference/doc-comments.ts';
import { referencePages } from './reference/pages.ts';
import { type Declaration, type Exported, publicModules, readExports } from './reference/public-modules.ts';
import { privateTypesOf, referencesOf } from './reference/signatures.ts';

/** The types of JavaScript and Node that signatures use. */
const builtIn =
  'AbortSignal AsyncIterable Buffer Date Error ErrorOptions Partial Promise Readonly ReadonlyMap Record Symbol'.split(
    ' ',
  );

describe('the reference of the modules', function () {
  // TypeScript parses the sources.
  this.timeout(60_000);

  let modules: ReturnType<typeof readExports> = new Map();
  let exported: readonly Exported[] = [];

  before('read the sources', () => {
    modules = readExports();
    exported = [...modules.values()].flat();
  });

  it('matches the doc comments; if not, run `npm run docs:reference`', () => {
    for (const [page, text] of referencePages(modules)) {
      expect(existsSync(page) ? readFileSync(page, 'utf8') : '', page).to.equal(text);
    }
  });

  it('has a page for each module that the packages export', () => {
    const { exports } = JSON.parse(readFileSync('packages/cli/package.json', 'utf8')) as { exports: object };
    const names = Object.keys(exports).map((path) => path.replace('.', 'restmapper'));

    expect(publicModules.map(({ name }) => name)).to.have.members([...names, '@restmapper/client']);
  });

  it('describes each name', () => {
    const silent = exported.filter(({ declaration }) => readDocComment(declaration).text === '');

    expect(silent.map(({ name }) => name)).to.deep.equal([]);
  });

  it('refers only to types that it describes', () => {
    const known = new Set([...builtIn, ...exported.map(({ name }) => name)]);
    const unknown = exported.flatMap(({ declaration }) =>
      namesIn(declaration).filter((name) => !known.has(name)),
    );

    expect(unknown).to.deep.equal([]);
  });

  it('has an anchor of its own for each name', () => {
    for (const [{ page }, exports] of modules) {
      const anchors = exports.map(({ name }) => name.toLowerCase());

      expect(anchors, page).to.deep.equal([...new Set(anchors)]);
    }
  });
});

/** The types that a declaration and its private types refer to, except each other and type parameters. */
function namesIn(declaration: Declaration): readonly string[] {
  const shown = [declaration, ...privateTypesOf(declaration)];
  const own = new Set(shown.flatMap((node) => [node.name?.text, ...parametersIn(node.getText())]));
  return shown.flatMap((node) => [...referencesOf(node)]).filter((name) => !own.has(name));
}

/** Names after `<` or `,`, or before `in keyof`, that may be type parameters. */
function parametersIn(text: string): readonly string[] {
  const parameters = /[<,]\s*(\w+)(?=\s*(?:=|,|>|extends))|(\w+)(?= in keyof )/g;
  return [...text.matchAll(parameters)].map(([, listed, mapped]) => listed ?? mapped ?? '');
}
