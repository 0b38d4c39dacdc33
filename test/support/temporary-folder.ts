import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Creates a folder whose name identifies a leftover: `restmapper-test-<what>-<process>-<random>`. */
export async function makeTemporaryFolder(what: string): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), `restmapper-test-${what}-${process.pid}-`));
}
