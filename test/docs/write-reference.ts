import { mkdir, writeFile } from 'node:fs/promises';
import { referencePages } from './reference/pages.ts';
import { readExports } from './reference/public-modules.ts';

await mkdir('docs/reference', { recursive: true });
for (const [page, text] of referencePages(readExports())) await writeFile(page, text);
