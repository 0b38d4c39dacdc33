import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

/** Turns that a reader stumbles over; each has a plain word: recreated, permanently, fix, cancelled. */
const turns = ['\\banew\\b', '\\bfor ever\\b', '\\bmend(s|ed)?\\b', '\\bgave it up\\b'];

describe('comments, messages, docs and the page', () => {
  it('use plain words', async () => {
    const places = ['packages/*/src', 'frontend/src', 'docs', 'README.md'].map(
      (place) => `:(glob)${place}/**`,
    );
    const args = ['grep', '--line-number', '--perl-regexp', turns.join('|'), '--', ...places, 'README.md'];

    const found = await promisify(execFile)('git', args).then(
      ({ stdout }) => stdout,
      // Git ends with 1 when there is nothing to show.
      (error: { code?: number; stderr?: string }) => (error.code === 1 ? '' : Promise.reject(error as Error)),
    );

    expect(found).to.equal('');
  });
});
