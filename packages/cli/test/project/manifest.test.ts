import { expect } from 'chai';
import { mergeManifest, packageNameOf } from '../../src/project/manifest.ts';

const wanted = {
  name: 'wanted',
  scripts: { dev: 'restmapper dev', test: 'node --test' },
  dependencies: { restmapper: '1.2.3' },
  devDependencies: { typescript: '^6.0.0' },
};

describe('the name of a new package', () => {
  for (const [folder, name] of [
    ['my-api', 'my-api'],
    ['My Shop!', 'my-shop'],
    ['.hidden', 'hidden'],
    ['Café_1.0', 'cafe_1.0'],
    ['日本', 'my-api'],
    ['node_modules', 'my-api'],
    // npm refuses to install a package into one of its own name.
    ['restmapper', 'my-api'],
    ['a'.repeat(300), 'a'.repeat(100)],
    ['', 'my-api'],
  ] as const) {
    it(`is ${name.slice(0, 20)} in ${JSON.stringify(folder.slice(0, 20))}`, () => {
      expect(packageNameOf(folder)).to.equal(name);
    });
  }
});

describe('an existing package.json', () => {
  it('gets the scripts and dependencies that it lacks, and keeps everything else', () => {
    const text = '{\n\t"name": "own",\n\t"type": "commonjs",\n\t"scripts": {\n\t\t"dev": "vite"\n\t}\n}\n';

    const merged = mergeManifest(text, wanted, 'package.json');

    expect(JSON.parse(merged.text)).to.deep.equal({
      name: 'own',
      type: 'commonjs',
      scripts: { dev: 'vite', test: 'node --test' },
      dependencies: { restmapper: '1.2.3' },
      devDependencies: { typescript: '^6.0.0' },
    });
    expect(merged.kept).to.deep.equal({ dev: 'restmapper dev' });
    expect(merged.text).to.match(/^\{\n\t"name"/);
  });

  it('keeps the versions of what is installed, in whatever section', () => {
    const text = JSON.stringify({
      dependencies: { restmapper: 'file:restmapper.tgz' },
      optionalDependencies: { typescript: '5.9' },
    });

    const merged = JSON.parse(mergeManifest(text, wanted, 'package.json').text) as object;

    expect(merged).to.deep.include({ dependencies: { restmapper: 'file:restmapper.tgz' } });
    expect(merged).to.not.have.property('devDependencies');
  });

  it('loses the script that npm writes in place of a test', () => {
    const text = JSON.stringify({ scripts: { test: 'echo "Error: no test specified" && exit 1' } });

    const merged = mergeManifest(text, wanted, 'package.json');

    expect(JSON.parse(merged.text)).to.have.nested.property('scripts.test', 'node --test');
    expect(merged.kept).to.deep.equal({});
  });

  for (const text of ['', '[]', '{', 'null']) {
    it(`is refused if it is ${JSON.stringify(text)}`, () => {
      expect(() => mergeManifest(text, wanted, 'a/package.json')).to.throw(
        'a/package.json is not a JSON object; correct it, or choose another folder',
      );
    });
  }
});
