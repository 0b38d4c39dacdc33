import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { roles } from '../../packages/host/src/roles/roles.ts';
import { parseSettings } from '../../packages/host/src/process/settings.ts';

/** The environment variables of all roles. */
function variables(): ReadonlySet<string> {
  const asked = new Set<string>();
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get(_target, name) {
        asked.add(String(name));
        return undefined;
      },
    },
  );
  for (const role of Object.values(roles)) parseSettings(env, { role, readFile: () => '' });
  return asked;
}

/** The first column of the table under a heading, and the text around it. */
async function chapter(
  heading: string,
): Promise<{ readonly names: readonly string[]; readonly text: string }> {
  const document = await readFile('docs/operations.md', 'utf8');
  const text = document.split(/^#{2,3} /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return { text, names: [...text.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name) };
}

describe('docs/operations.md', () => {
  it('has every variable that is read, and no others', async () => {
    const { names, text } = await chapter('Which settings are there?');
    const read = [...variables()];

    const withoutFiles = read.filter((name) => !name.endsWith('_FILE'));

    expect(names).to.have.members(withoutFiles);
    for (const name of read) expect(text).to.contain(`\`${name}\``);
  });

  it('has every variable and service of the compose file', async () => {
    const { text } = await chapter('How do I deploy with Docker Compose?');
    const source = await readFile('docker-compose.yml', 'utf8');
    const { services } = parse(source, { merge: true }) as { services: object };

    const taken = [...source.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);

    for (const name of [...taken, ...Object.keys(services)]) expect(text).to.contain(`\`${name}\``);
  });

  it('has every port of the image', async () => {
    const { text } = await chapter('Which ports are there?');
    const exposed = [...(await readFile('Dockerfile', 'utf8')).matchAll(/^EXPOSE (.*)$/gm)];

    const ports = exposed.flatMap(([, list = '']) => list.split(' '));

    expect(ports).to.have.length.above(4);
    for (const port of ports) expect(text).to.match(new RegExp(`^\\| [^|]*\\b${port}\\b`, 'm'));
  });

  it('links to headings that exist', async () => {
    const document = await readFile('docs/operations.md', 'utf8');
    const headings = [...document.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );

    const links = [...document.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link);

    expect(links).to.have.length.above(5);
    expect(headings).to.include.members(links);
  });
});
