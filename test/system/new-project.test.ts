import { readFileSync } from 'node:fs';
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settingList } from '../../packages/host/src/process/setting-list.ts';
import { expect } from 'chai';
import { parse } from 'yaml';
import { openProjectNginx } from '../support/nginx.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from './calls.ts';
import { openCommand, openFolder } from './command.ts';
import { openLiveSocket } from './live-socket.ts';

const templates = 'packages/cli/templates';
const root = fileURLToPath(new URL('../../', import.meta.url));

/** A new project in TypeScript, with the packages of this repository. */
async function openProject(): Promise<string> {
  const folder = await openFolder();
  for (const part of ['typescript', 'tables']) {
    await cp(join(root, templates, part), folder, { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly image?: string; readonly environment?: Readonly<Record<string, string>> }>
  >;
}

function readCompose(path: string): Compose {
  return parse(readFileSync(path, 'utf8'), { merge: true }) as Compose;
}

describe('the deployment of a new project', function () {
  this.timeout(60_000);

  it('serves page, API and live feeds through nginx', async () => {
    // Only the sources' loader reads TypeScript on every version of Node.
    const command = await openCommand({
      args: ['start'],
      cwd: await openProject(),
      fromSource: true,
      env: { TRUSTED_PROXIES: '127.0.0.1' },
    });
    const nginx = await openProjectNginx(`${templates}/deploy/nginx.conf`, command.port);
    const { url } = use(nginx, ({ close }) => close());
    const order = { article: 'tea', count: 3 };

    const quote = await post(`${url}/api/v1/quotes/`, order);
    const encoded = await fetch(`${url}/api/v1/%6Frders/`);
    const live = await openLiveSocket(url);
    await post(`${url}/api/v1/orders/`, order);
    const page = await fetch(url, { headers: { accept: 'text/html' } });

    expect(await quote.json()).to.deep.equal({ cents: 1350 });
    expect(encoded.status).to.equal(200);
    await until(() => live.received.includes(JSON.stringify(order)));
    expect(await page.text()).to.include('<!doctype html>');
  });

  it('uses the server versions of this repository, and only settings that exist', () => {
    const ours = readCompose('docker-compose.yml').services;
    const { services } = readCompose(`${templates}/deploy/compose.yaml`);

    expect(services['postgres']?.image).to.equal(ours['postgres']?.image);
    expect(services['rabbitmq']?.image).to.equal(ours['rabbitmq']?.image?.replace('-management', ''));
    expect(readFileSync('Dockerfile', 'utf8')).to.include(`FROM ${services['nginx']?.image}`);
    const settings = Object.keys(services['app']?.environment ?? {});
    expect(Object.values(settingList).map(({ name }) => name)).to.include.members(settings);
  });

  it('names every variable of compose.yaml in .env.example', () => {
    const text = readFileSync(`${templates}/deploy/compose.yaml`, 'utf8');
    const used = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const example = readFileSync(`${templates}/deploy/env.example`, 'utf8');
    const named = [...example.matchAll(/^(\w+)=/gm)].map(([, name]) => name);

    expect(new Set(used)).to.deep.equal(new Set(named));
  });
});
