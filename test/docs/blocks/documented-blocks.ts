import { globSync } from 'tinyglobby';
import { readFileSync } from 'node:fs';
import { type DocumentBlock, readBlocks } from '../document-blocks.ts';

/** A block of code, and the document that has it. */
export interface DocumentedBlock extends DocumentBlock {
  readonly document: string;
}

/** The documents that are written by hand, those of packages and new projects included. */
export const documents = globSync([
  'README.md',
  'docs/*.md',
  'examples/*/README.md',
  'packages/cli/templates/*/README.md',
  'packaging/readme/*.md',
]).toSorted();

/** All blocks of the documents. */
export function documentedBlocks(): readonly DocumentedBlock[] {
  return documents.flatMap((document) => readBlocks(document).map((block) => ({ ...block, document })));
}

/** The commands that a document names within its sentences, such as `restmapper check`. */
export function inlineCommands(document: string): readonly string[] {
  const prose = readFileSync(document, 'utf8').replaceAll(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/`((?:npx |npm run )?restmapper [^`]+|npm (?:run|test|start)[^`]*)`/g)].map(
    ([, command = '']) => command,
  );
}

/** Where a block stands, for a message. */
export function placeOf({ document, line }: DocumentedBlock): string {
  return `${document}:${line}`;
}
