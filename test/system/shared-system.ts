import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before } from 'mocha';
import { type Command, killCommand, spawnCommand, untilReady } from './command.ts';

const shippedFile = fileURLToPath(new URL('../../endpoints.yaml', import.meta.url));

/**
 * Runs `restmapper start`, with bus and database embedded, for all tests of the describe that calls this.
 * The function that it returns is for use in these tests.
 *
 * @param yaml the endpoints.yaml, if not the shipped one
 * @param env additional settings
 */
export function shareSystem(yaml?: string, env: Readonly<Record<string, string>> = {}): () => Command {
  let folder: string | undefined;
  let command: Command | undefined;

  before('start the system', async function () {
    this.timeout(90_000);
    folder = await mkdtemp(join(tmpdir(), 'restmapper-test-page-'));
    const file = yaml === undefined ? shippedFile : join(folder, 'endpoints.yaml');
    if (yaml !== undefined) await writeFile(file, yaml);
    command = await spawnCommand({
      args: ['start', '--file', file],
      cwd: folder,
      env: { LOG_LEVEL: 'warn', ...env },
    });
    await untilReady(command);
  });

  after('end the system', async () => {
    if (command) await killCommand(command);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  return () => {
    if (!command) throw new Error('the system runs during tests only');
    return command;
  };
}
