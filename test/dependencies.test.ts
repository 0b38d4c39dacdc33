import { readFile } from 'node:fs/promises';
import { expect } from 'chai';

/** What `package-lock.json` says of a package. */
interface Locked {
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
}

/** The packages of the lock file by their places. */
async function readLock(): Promise<readonly (readonly [place: string, locked: Locked])[]> {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  return Object.entries(packages);
}

describe('the packages that are installed', () => {
  it('run nothing while they are installed for production, and are what was locked', async () => {
    const production = (await readLock()).filter(([, { dev, link }]) => !dev && !link);
    const foreign = production.filter(([place]) => place.startsWith('node_modules/'));

    const scripted = production.filter(([, { hasInstallScript }]) => hasInstallScript);
    const unproven = foreign.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));

    expect(foreign).to.have.length.above(50);
    expect(scripted.map(([place]) => place)).to.deep.equal([]);
    expect(unproven.map(([place]) => place)).to.deep.equal([]);
  });

  it('come from whatever registry somebody uses', async () => {
    const bound = (await readLock()).filter(([, { resolved }]) => resolved?.includes('://'));

    expect(bound.map(([place]) => place)).to.deep.equal([]);
  });
});
