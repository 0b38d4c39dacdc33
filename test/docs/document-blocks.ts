import { readFileSync } from 'node:fs';

/**
 * A block of code in a document.
 *
 * The first word after the fence is its language. The words after it tell a test what to do with the block,
 * and are not rendered:
 *
 *   sh                        is run; `cd` also applies to later blocks
 *   sh eventually             is repeated until its output is as expected
 *   sh background=dev until="admin"   keeps running; the next block starts once it has printed the text
 *   sh manual                 is not run
 *   yaml file=endpoints.yaml  is written to a file
 *   text output               is the output of the last block; `…` stands for any text
 *   text output=dev           is part of the output of the background block with this name
 *   yaml excerpt=a.yaml       is part of that file; a line `# …` stands for lines left out
 *   yaml page                 is the file with every key
 */
export interface DocumentBlock {
  readonly line: number;
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Reads all blocks of code of a Markdown file. */
export function readBlocks(path: string): readonly DocumentBlock[] {
  return parseBlocks(readFileSync(path, 'utf8'));
}

export function parseBlocks(markdown: string): readonly DocumentBlock[] {
  return [...markdown.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(({ index, ...match }) => {
    const [language = '', ...words] = match[1]?.match(/[^\s"]+(?:"[^"]*")?/g) ?? [];
    return {
      line: markdown.slice(0, index).split('\n').length,
      language,
      attributes: Object.fromEntries(words.map(parseWord)),
      text: match[2] ?? '',
    };
  });
}

function parseWord(word: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^([^=]*)=?"?([^"]*)"?$/.exec(word) ?? [];
  return [name, value];
}

/** Whether a text matches the expected one, in which `…` stands for any text. */
export function isAsExpected(actual: string, expected: string): boolean {
  const parts = expected
    .trim()
    .split('…')
    .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(actual.trim());
}
