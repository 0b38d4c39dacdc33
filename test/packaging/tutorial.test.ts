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

describe('the tutorial', function () {
  this.timeout(300_000);
  const tarballs = shareTarballs();
  let nodes: readonly Node[] = [];

  before('fetch other versions of Node', async () => {
    nodes = await fetchNodes();
  });

  /** Runs some of its blocks in a new folder; returns how many seconds it took. */
  async function run(blocks: readonly DocumentBlock[], node: string): Promise<number> {
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
    await document.run(blocks);
    return (performance.now() - startMs) / 1_000;
  }

  it('has an install command and a first call, and leaves only Docker to the reader', () => {
    const manual = blocks.filter(({ attributes }) => attributes['manual'] === '');

    expect(untilAnswered.filter(isInstall)).to.have.length(1);
    expect(untilAnswered.at(-1)).to.satisfy(isAnswer);
    expect(manual.map(({ text }) => text)).to.deep.equal(['docker compose up --build --detach\n']);
  });

  it('works line by line', async () => {
    await run(blocks, process.execPath);
  });

  for (const major of otherMajors) {
    it(`leads to an answered call within a minute on Node ${major}`, async () => {
      const { program } = nodes.find((node) => node.major === major) ?? { program: '' };

      const seconds = await run(untilAnswered, program);

      console.log(`      ${seconds.toFixed(1)} s from an empty folder to the first answer`);
      expect(seconds).to.be.below(60);
    });
  }
});
