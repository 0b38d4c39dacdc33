import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'chai';
import { type DocumentBlock, readBlocks } from '../docs/document-blocks.ts';
import { DocumentRun } from '../docs/run-document.ts';
import { freePorts } from '../support/free-ports.ts';
import { use } from '../support/use.ts';
import { fetchNodes, type Node, otherMajors } from './fetched.ts';
import { shareTarballs } from './tarballs.ts';

const blocks = readBlocks('docs/tutorial.md');
const isInstall = ({ text }: DocumentBlock): boolean => text.includes('npm install restmapper\n');
const isAnswer = ({ attributes }: DocumentBlock): boolean => attributes['output'] === '';

/** Up to the answer of the first call. */
const firstCall = blocks.findIndex(({ text }) => text.startsWith('curl '));
const untilAnswered = blocks.slice(0, firstCall + 2);
const afterwards = blocks.slice(firstCall + 2);

const own = Number(process.versions.node.split('.')[0]);
const majors = [own, ...otherMajors.filter((major) => major !== own)];

describe('the tutorial', function () {
  this.timeout(300_000);
  const tarballs = shareTarballs();
  let nodes: readonly Node[] = [];

  before('fetch other versions of Node', async () => {
    nodes = await fetchNodes();
  });

  /** Runs it in a new folder; returns the seconds until the first call was answered. */
  async function run(node: string): Promise<number> {
    const folder = join(tarballs().folder, `tutorial-${Math.random().toString(36).slice(2)}`);
    await mkdir(folder);
    const [port = 0, adminPort = 0] = await freePorts(2);
    const document = new DocumentRun({
      folder,
      env: {
        PATH: [dirname(node), process.env.PATH].join(delimiter),
        HOME: process.env.HOME,
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        npm_config_prefer_offline: 'true',
        npm_config_audit: 'false',
        npm_config_registry: process.env['npm_config_registry'],
      },
      changes: {
        'localhost:8080': `localhost:${port}`,
        'npm install restmapper\n': `npm install '${tarballs().restmapper}'\n`,
      },
    });
    use(document, (document) => document.close());
    const startMs = performance.now();
    await document.run(untilAnswered);
    const seconds = (performance.now() - startMs) / 1_000;
    await document.run(afterwards);
    return seconds;
  }

  it('has an install command and a first call, and leaves only Docker to the reader', () => {
    const manual = blocks.filter(({ attributes }) => attributes['manual'] === '');

    expect(untilAnswered.filter(isInstall)).to.have.length(1);
    expect(untilAnswered.at(-1)).to.satisfy(isAnswer);
    expect(manual.map(({ text }) => text)).to.deep.equal(['docker compose up --build --detach\n']);
  });

  for (const major of majors) {
    it(`works line by line on Node ${major}, the first call within a minute`, async () => {
      const other = nodes.find((node) => node.major === major);

      const seconds = await run(other?.program ?? process.execPath);

      console.log(`      ${seconds.toFixed(1)} s from an empty folder to the first answer`);
      expect(seconds).to.be.below(60);
    });
  }
});
