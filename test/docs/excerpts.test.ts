import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { documentedBlocks, placeOf } from './blocks/documented-blocks.ts';

const excerpts = documentedBlocks().filter(({ attributes }) => 'excerpt' in attributes);

/** The parts of an excerpt, between lines that stand for what is left out: `# …`. */
function partsOf(text: string): readonly string[] {
  return text.split(/^ *# …\n/m).map((part) => part.replaceAll(/^\n+|\n+$/g, ''));
}

describe('an excerpt in a document', () => {
  it('is in the README', () => {
    expect(excerpts.map(({ document }) => document)).to.include('README.md');
  });

  for (const block of excerpts) {
    const file = block.attributes['excerpt'] ?? '';

    it(`is part of its file: ${placeOf(block)}, ${file}`, () => {
      const whole = `\n${readFileSync(file, 'utf8')}`;

      // Whole lines, in their order.
      const places = partsOf(block.text).map((part) => whole.indexOf(`\n${part}\n`));

      expect(places).to.not.include(-1);
      expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
    });
  }
});

describe('the README', () => {
  it('has at most 150 lines', () => {
    expect(readFileSync('README.md', 'utf8').trimEnd().split('\n').length).to.be.at.most(150);
  });
});
