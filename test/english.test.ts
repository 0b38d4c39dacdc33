import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

/** Turns of phrase that a reader stumbles over, each with what to write instead. */
const turns: readonly (readonly [pattern: string, instead: string])[] = [
  ['\\banew\\b', 'again; recreated'],
  ['\\bfor ever\\b', 'permanently'],
  ['\\bmend(s|ed)?\\b', 'fix, repair'],
  ['\\bgave it up\\b', 'cancelled'],
  [
    '\\b([Nn]obody|[Ss]omebody|[Aa]nybody|[Ee]verybody|[Ww]hoever)\\b',
    'name the caller, the user, the operator',
  ],
  ['\\bso many\\b', 'the maximum number; this many'],
  ['(?<![Tt]here )\\b(is|are|was|were) no (?!longer\\b)', 'is not a'],
  ['\\b[Gg]ives (?!each\\b|every\\b)', 'returns, yields, sets'],
  ['\\bgives? (way|back)\\b', 'is evicted, is dropped; returns'],
  ['\\bin work\\b', 'running, in progress'],
  ['\\b(is|are|was|be|being) worked on\\b', 'is processed'],
  ['\\b(whence|whither)\\b', 'from which queue'],
  ['\\bas it must be\\b', 'valid'],
  ['\\b(not|of) ours\\b', 'of another application; restmapper’s'],
  ['\\b[Ww]hat (becomes?|became|comes?|came) ', 'the outcome; what happens to'],
  ['\\bcounts? (no more|for nothing)\\b', 'expires; is ignored'],
  ['\\bin vain\\b', 'without effect'],
  ['\\b([Oo]ne|[Tt]hose) who\\b', 'a caller that; callers that'],
  ['\\b[Ww]ho (gives|asks|sends|lacks|comes)\\b', 'a caller that'],
  ['\\b[Mm]akes what\\b', 'creates the function that'],
  ['\\bputs? right\\b', 'repairs, corrects'],
  ['\\bunder way\\b', 'running, in transit'],
  ['\\bat present\\b', 'right now'],
  ['\\blook(s|ed)? at\\b', 'check, read, view'],
  ['\\b(the|a) letters? (that|which|of)\\b', 'dead letter, message'],
];

/** Without packages/workers/sql: an applied migration never changes, its comments included. */
const places = [
  'packages/*/src/**',
  'packages/*/test/**',
  'packages/cli/templates/**',
  'frontend/src/**',
  'frontend/test/**',
  'docs/**',
  'test/**',
  'bench/**',
  'examples/**',
  'deploy/**',
  'packaging/**',
  'house/**',
  '.ci/**',
  '*.ts',
  '*.yml',
  '*.yaml',
  'nginx.conf',
  'Dockerfile',
  'README.md',
  'CHANGELOG.md',
];

/** This file contains the turns. */
const self = ':!test/english.test.ts';

async function find(pattern: string): Promise<string> {
  const files = [...places.map((place) => `:(glob)${place}`), self];
  const args = ['grep', '-I', '--line-number', '--perl-regexp', '-e', pattern, '--', ...files];
  return await promisify(execFile)('git', args).then(
    ({ stdout }) => stdout,
    // Git ends with 1 when there is nothing to show.
    (error: { code?: number }) => (error.code === 1 ? '' : Promise.reject(error as Error)),
  );
}

describe('comments, messages, tests, docs and the page', () => {
  for (const [pattern, instead] of turns) {
    it(`do not say /${pattern}/, but: ${instead}`, async () => {
      expect(await find(pattern)).to.equal('');
    });
  }
});
