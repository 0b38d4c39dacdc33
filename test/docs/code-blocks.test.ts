import { silentLog } from '@restmapper/core';
import { openEmbedded } from '@restmapper/workers';
import { expect } from 'chai';
import { use } from '../support/use.ts';
import { problemsOfJson, problemsOfYaml } from './blocks/data-blocks.ts';
import {
  type DocumentedBlock,
  documentedBlocks,
  documents,
  inlineCommands,
  placeOf,
} from './blocks/documented-blocks.ts';
import { exceptions, isExcepted, matches } from './blocks/exceptions.ts';
import { problemsOfPrograms } from './blocks/program-blocks.ts';
import { problemsOfMention, problemsOfShell } from './blocks/shell-blocks.ts';
import { problemsOfSql } from './blocks/sql-blocks.ts';

const all = documentedBlocks();
const blocks = all.filter((block) => !isExcepted(block));

function inLanguages(...languages: readonly string[]): readonly DocumentedBlock[] {
  return blocks.filter(({ language }) => languages.includes(language));
}

function problemsIn(language: string, check: (text: string) => readonly string[]): readonly string[] {
  return inLanguages(language).flatMap((block) =>
    check(block.text).map((problem) => `${placeOf(block)}: ${problem}`),
  );
}

describe('a block of code in a document', function () {
  this.timeout(60_000);

  it('is in a language that a test checks', () => {
    const checked = inLanguages('sh', 'yaml', 'json', 'ts', 'js', 'sql');

    expect(blocks.filter((block) => !checked.includes(block)).map(placeOf)).to.deep.equal([]);
  });

  it('is valid YAML of restmapper, without warnings', () => {
    expect(problemsIn('yaml', problemsOfYaml)).to.deep.equal([]);
  });

  it('is valid JSON', () => {
    expect(problemsIn('json', problemsOfJson)).to.deep.equal([]);
  });

  it('runs commands, options, scripts and files that exist', () => {
    expect(problemsIn('sh', problemsOfShell)).to.deep.equal([]);
  });

  it('is SQL that PostgreSQL runs', async () => {
    const db = use(await openEmbedded({ log: silentLog }), (db) => db.close());
    const wrong = {
      document: 'docs/wrong.md',
      line: 3,
      language: 'sql',
      attributes: {},
      text: 'SELECT a FROM b;',
    };

    expect(await problemsOfSql([...inLanguages('sql'), wrong], db)).to.deep.equal([
      'docs/wrong.md:3: DatabaseError: relation "b" does not exist',
    ]);
  });

  it('has the right types', () => {
    expect(problemsOfPrograms(inLanguages('ts', 'js'), all)).to.deep.equal([]);
  });

  it('is excepted only if it is there', () => {
    const unused = exceptions.filter((exception) => !all.some((block) => matches(exception, block)));

    expect(unused).to.deep.equal([]);
  });
});

describe('a command in a sentence of a document', () => {
  for (const document of documents) {
    it(`exists: ${document}`, () => {
      expect(inlineCommands(document).flatMap(problemsOfMention)).to.deep.equal([]);
    });
  }
});
