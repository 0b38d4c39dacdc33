import type { DocumentedBlock } from './documented-blocks.ts';

/** A block that is not checked like others of its language. */
interface Exception {
  readonly document: string;
  /** How the block begins. */
  readonly begins: string;
  readonly because: string;
}

export const exceptions: readonly Exception[] = [
  {
    document: 'docs/coming-from.md',
    begins: '@Controller',
    because: 'it is code for NestJS, which is not installed here',
  },
  {
    document: 'docs/coming-from.md',
    begins: 'const connection = await connect(',
    because: 'it is code for Express, which is not installed here',
  },
  { document: 'docs/coming-from.md', begins: 'orders_mapping:', because: 'it is a file of Zilla' },
  {
    document: 'docs/endpoints-yaml.md',
    begins: "import { connectLive } from '@restmapper/client';\nimport createClient",
    because: 'test/documents/typescript.test.ts runs it, with openapi-fetch',
  },
  {
    document: 'docs/operations.md',
    begins: '# kustomization.yaml',
    because: 'it is a file of kubectl, for a folder that is not here',
  },
  {
    document: 'docs/operations.md',
    begins: 'upstream gateways',
    because: 'test/system/nginx-hosts.test.ts runs nginx with it',
  },
  {
    document: 'docs/operations.md',
    begins: 'FROM restmapper',
    because: 'building it needs Docker',
  },
];

/** The languages of blocks that are not code: output, pictures, messages. */
const shown: ReadonlySet<string> = new Set(['', 'text']);

/** The documents that a test runs from beginning to end; what it writes and prints is checked there. */
const run: ReadonlySet<string> = new Set(['docs/tutorial.md']);

/** Whether a block is left to another test, or cannot be checked. */
export function isExcepted(block: DocumentedBlock): boolean {
  if (shown.has(block.language)) return true;
  // test/docs/excerpts.test.ts compares it with its file, which is valid as a whole.
  if ('excerpt' in block.attributes) return true;
  if (run.has(block.document) && block.language !== 'sh') return true;
  return exceptions.some((exception) => matches(exception, block));
}

export function matches({ document, begins }: Exception, block: DocumentedBlock): boolean {
  return block.document === document && block.text.startsWith(begins);
}
