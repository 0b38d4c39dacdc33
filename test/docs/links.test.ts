import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { globSync } from 'tinyglobby';

const documents = globSync(['README.md', 'docs/**/*.md']);

/** A document's text without its blocks of code. */
function proseOf(document: string): string {
  return readFileSync(document, 'utf8').replaceAll(/^```.*?^```$/gms, '');
}

/** The anchors of a document's headings. */
function anchorsOf(document: string): ReadonlySet<string> {
  const headings = [...proseOf(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The targets that a document links to in this repository, as `path#anchor`. */
function linksOf(document: string): readonly string[] {
  return [...proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? document : join(document, '..', path);
  return existsSync(file) && (anchor === undefined || anchorsOf(file).has(anchor));
}

describe('the links of the documents', () => {
  for (const document of documents) {
    it(`have targets: ${document}`, () => {
      expect(linksOf(document).filter((link) => !leadsSomewhere(document, link))).to.deep.equal([]);
    });
  }

  it('lead from README.md to every document', () => {
    const linked = new Set(linksOf('README.md').map((link) => link.replace(/#.*/, '')));

    expect(documents.filter((document) => document !== 'README.md' && !linked.has(document))).to.deep.equal(
      [],
    );
  });
});
