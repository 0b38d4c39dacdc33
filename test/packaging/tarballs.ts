import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { after, before } from 'mocha';
import { pack } from '../../packaging/pack.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const execute = promisify(execFile);

/** The tarballs that `npm run pack` creates, packed once for all tests of a describe. */
export interface Tarballs {
  /** A folder for the files of these tests. */
  readonly folder: string;
  readonly restmapper: string;
  readonly client: string;
}

export function shareTarballs(): () => Tarballs {
  let tarballs: Tarballs | undefined;
  before('pack', async function () {
    this.timeout(120_000);
    const folder = await makeTemporaryFolder('packaging');
    const [restmapper = '', client = ''] = pack({ root, directory: folder });
    tarballs = { folder, restmapper, client };
  });
  after('delete what was packed', async () => {
    if (tarballs) await rm(tarballs.folder, { recursive: true, force: true });
  });
  return () => {
    if (!tarballs) throw new Error('nothing was packed');
    return tarballs;
  };
}
