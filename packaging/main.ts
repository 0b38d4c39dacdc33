import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from './pack.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [directory = 'packaging/packed'] = process.argv.slice(2);

for (const tarball of pack({ root, directory: resolve(directory) })) {
  console.log(`${tarball} (${Math.ceil(statSync(tarball).size / 1024)} KiB)`);
}
