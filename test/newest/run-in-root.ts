import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

const path = '/opt/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Mounts the checkout, the temporary folder and Node in the root; the folders keep their paths.
 *
 * The mounts belong to a namespace of this script: they end with the last of its processes, however it ends,
 * and are invisible to other runs. Arguments: the root, Node, npm, the temporary folder, the checkout; the
 * command after them runs in the checkout.
 */
const script = `
set -e
root=$1 node=$2 npm=$3 tmp=$4 checkout=$5
shift 5
# Processes inside cannot create a mount namespace unless the root is a mount point.
mount --bind "$root" "$root"
for name in proc dev sys; do mount --rbind "/$name" "$root/$name"; done
for name in hosts resolv.conf; do mount --bind "$(readlink -f "/etc/$name")" "$root/etc/$name"; done
mount --bind "$node" "$root/opt/node/bin/node"
mount --bind "$npm" "$root/opt/node/lib/node_modules/npm"
for name in "$tmp" "$checkout"; do
  mkdir -p "$root$name"
  mount --bind "$name" "$root$name"
done
exec chroot "$root" /usr/bin/env --chdir="$checkout" "$@"
`;

/**
 * Runs Node in another root; resolves with its exit code.
 *
 * It inherits this process's environment, but no outside servers. It is killed when this process ends.
 */
export async function runInRoot(root: string, args: readonly string[]): Promise<number> {
  const checkout = await realpath('.');
  const places = [
    root,
    await realpath(process.execPath),
    await findNpm(),
    await realpath(tmpdir()),
    checkout,
  ];
  const { TEST_AMQP_URL: _broker, TEST_DATABASE_URL: _database, ...env } = process.env;
  const isolated = ['--pdeathsig=KILL', 'unshare', '--mount', '--propagation=private'];
  const shell = ['/bin/sh', '-c', script, 'run-in-root', ...places];
  const child = spawn('setpriv', [...isolated, ...shell, '/opt/node/bin/node', ...args], {
    stdio: 'inherit',
    env: { ...env, PATH: path, HOME: '/root', LANG: 'C.UTF-8' },
  });
  // A terminal also interrupts the child, which stops its servers first.
  process.on('SIGINT', () => {}).on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  return Number(code ?? 1);
}

/** The folder of the npm that runs this script. */
async function findNpm(): Promise<string> {
  const { npm_execpath: command } = process.env;
  if (command === undefined) throw new Error('this is a script for npm: npm run test:newest');
  return dirname(dirname(await realpath(command)));
}
