import { expect } from 'chai';
import { parse } from 'yaml';
import { isObject } from '../../packages/host/src/testing/markers.ts';
import { problemsOfYaml } from './blocks/data-blocks.ts';
import { readBlocks } from './document-blocks.ts';
import { allKeys } from './file-schema.ts';

const [page, ...others] = readBlocks('docs/endpoints-yaml.md').filter(
  ({ attributes }) => 'page' in attributes,
);
const text = page?.text ?? '';

/** The keys of a value, at any depth. */
function* keysIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* keysIn(item);
  if (!isObject(value)) return;
  yield* Object.keys(value);
  for (const member of Object.values(value)) yield* keysIn(member);
}

/** The keys that comments name, as `keyFile:`. */
function commentedKeys(): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, comment = ''] = / # (.*)/.exec(line) ?? [];
    return Array.from(comment.matchAll(/`(\w+):/g), ([, key = '']) => key);
  });
}

describe('the file on one page', () => {
  it('is one valid file', () => {
    expect(others).to.deep.equal([]);
    expect(problemsOfYaml(text)).to.deep.equal([]);
  });

  it('has every key that a file may have, or names it in a comment', () => {
    const shown = new Set([...keysIn(parse(text)), ...commentedKeys()]);

    const missing = [...allKeys()].filter(([pointer]) => !shown.has(pointer.split('/').at(-1) ?? ''));

    expect(missing.map(([pointer]) => pointer)).to.deep.equal([]);
  });

  it('names no key in a comment that no file may have', () => {
    const known = new Set([...allKeys()].map(([pointer]) => pointer.split('/').at(-1)));

    expect(commentedKeys().filter((key) => !known.has(key))).to.deep.equal([]);
  });

  it('fits on a page: 100 lines of 100 columns', () => {
    const lines = text.trimEnd().split('\n');

    expect(lines.length).to.be.at.most(100);
    expect(lines.filter((line) => line.length > 100)).to.deep.equal([]);
  });
});
