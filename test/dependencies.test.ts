import { readFile } from 'node:fs/promises';
import { expect } from 'chai';

/** The entry of a package in `package-lock.json`. */
interface Locked {
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
}

/** The packages of the lock file by their paths. */
async function readLock(): Promise<readonly (readonly [place: string, locked: Locked])[]> {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  return Object.entries(packages);
}

describe('the installed packages', () => {
  it('run no install scripts in production, and have checksums in the lock file', async () => {
    const production = (await readLock()).filter(([, { dev, link }]) => !dev && !link);
    const foreign = production.filter(([place]) => place.startsWith('node_modules/'));

    const scripted = production.filter(([, { hasInstallScript }]) => hasInstallScript);
    const unproven = foreign.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));

    expect(foreign).to.have.length.above(50);
    expect(scripted.map(([place]) => place)).to.deep.equal([]);
    expect(unproven.map(([place]) => place)).to.deep.equal([]);
  });

  it('can come from any registry', async () => {
    const bound = (await readLock()).filter(([, { resolved }]) => resolved?.includes('://'));

    expect(bound.map(([place]) => place)).to.deep.equal([]);
  });
});
