import { createHash } from 'node:crypto';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installMissing } from '../support/install.ts';

const runFile = promisify(execFile);

/** The Debian suite with the newest packages. */
const suite = 'sid';
const servers = ['rabbitmq-server', 'postgresql', 'nginx', 'pgbouncer'];
/** What else `npm test` expects of a machine. */
const tools = ['procps', 'ca-certificates', 'mount', 'python3-pika'];
const include = [...servers, ...tools].join(',');
/** A root with other packages has another name. */
const folder = `/var/tmp/restmapper-newest-${suite}-${createHash('sha256').update(include).digest('hex').slice(0, 8)}`;

const builder = {
  title: 'mmdebstrap',
  executable: 'mmdebstrap',
  folders: ['/usr/bin'],
  debianPackage: 'mmdebstrap',
};

/**
 * Creates a root directory in its final place, or keeps an existing one.
 *
 * The kernel releases the lock when its holder exits; the next build removes the remains of one that was
 * killed, whose mounts ended with it.
 */
const buildScript = `
set -e
umask 022
[ ! -e "$root" ] || exit 0
rm -rf --one-file-system "$root.partial"
mmdebstrap --quiet --variant=apt --mode=root --aptopt="$work/apt.conf" --include="$include" "$suite" "$root.partial" "$work/mirror.sources"
mkdir -p "$root.partial/opt/node/bin" "$root.partial/opt/node/lib/node_modules/npm"
touch "$root.partial/opt/node/bin/node" "$root.partial/etc/hosts" "$root.partial/etc/resolv.conf"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root.partial/opt/node/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root.partial/opt/node/bin/npx"
mv "$root.partial" "$root"
`;

/** A root directory with another release of Debian and the newest servers. */
export interface NewestRoot {
  readonly folder: string;
  /** The servers with their versions. */
  readonly versions: string;
}

/** Whether a root can be built here: mounting requires root, and the packages are Debian's. */
export async function canBuildRoot(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID=debian$/m.test(release);
}

/**
 * Finds the root that an earlier run has built, or builds it, which takes about a minute.
 *
 * It is kept for the next run. To get newer servers, delete the folder.
 */
export async function openNewestRoot(): Promise<NewestRoot> {
  await mkdir('/var/tmp', { recursive: true });
  if (!(await exists(folder))) await buildRoot();
  const query = ['dpkg-query', '--show', '--showformat=${Package} ${Version}\n'];
  const packages = await runFile('/usr/sbin/chroot', [folder, ...query, ...servers]);
  return { folder, versions: packages.stdout.trim().split('\n').join(', ') };
}

async function buildRoot(): Promise<void> {
  await installMissing([builder]);
  console.error(`building ${folder} from Debian's newest packages`);
  const work = await mkdtemp(join(tmpdir(), 'restmapper-newest-'));
  try {
    await writeFile(join(work, 'apt.conf'), await readAcquireSettings());
    await writeFile(join(work, 'mirror.sources'), await findSources());
    const env = { ...process.env, work, suite, root: folder, include };
    const script = ['/bin/sh', '-c', buildScript];
    const locked = ['flock', `${folder}.lock`, 'unshare', '--mount', '--propagation=private', ...script];
    // Exits with this process, and releases the lock.
    const child = spawn('setpriv', ['--pdeathsig=KILL', ...locked], { env, stdio: ['ignore', 2, 2] });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`building ${folder} has failed`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** This machine's apt settings for reaching a mirror: proxies, timeouts and checks. */
async function readAcquireSettings(): Promise<string> {
  const { stdout } = await runFile('apt-config', ['dump']);
  const lines = stdout.split('\n').filter((line) => line.startsWith('Acquire::'));
  return `${lines.join('\n')}\n`;
}

/** The first of this machine's own sources, for the newest suite. */
async function findSources(): Promise<string> {
  const parts = '/etc/apt/sources.list.d';
  const names = (await readdir(parts).catch(() => [])).filter((name) => name.endsWith('.sources'));
  for (const name of names.sort()) {
    const stanzas = (await readFile(join(parts, name), 'utf8')).split(/\n\s*\n/);
    const found = stanzas.find((stanza) => /^URIs:.*\/debian\/?\s*$/m.test(stanza));
    if (found) return `${found.replace(/^Suites:.*$/m, `Suites: ${suite}`).trim()}\n`;
  }
  return `deb https://deb.debian.org/debian ${suite} main\n`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
