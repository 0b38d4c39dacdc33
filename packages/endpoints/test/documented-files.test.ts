import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { FileProblem } from '@restmapper/core';
import { parse } from './parse.ts';

const documents = [
  'README.md',
  'docs/coming-from.md',
  'docs/endpoints-yaml.md',
  'docs/live-updates.md',
  'docs/workers.md',
];

/** The examples of a document that are files, or begin one. */
function filesIn(document: string): readonly string[] {
  const text = readFileSync(new URL(`../../../${document}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```yaml\n(endpoints:\n.*?)^```/gms)].map(([, file = '']) => file);
}

describe('an example in a document', () => {
  for (const document of documents) {
    for (const [index, file] of filesIn(document).entries()) {
      it(`is valid, and has no warnings: ${document}, ${index + 1}`, () => {
        const notes: FileProblem[] = [];

        parse(file, { onNote: (note) => notes.push(note), env: { MAX_BODY: '64KB' } });

        expect(notes).to.deep.equal([]);
      });
    }
  }
});
