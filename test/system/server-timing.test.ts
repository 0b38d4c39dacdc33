import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openCommand, openFolder } from './command.ts';

const shippedFile = fileURLToPath(new URL('../../endpoints.yaml', import.meta.url));

describe('restmapper start with TIMING=on', function () {
  this.timeout(60_000);

  it('shows how long each part of a call took, that of its worker included', async () => {
    const folder = await openFolder();
    await copyFile(shippedFile, join(folder, 'endpoints.yaml'));
    const { url } = await openCommand({ args: ['start'], cwd: folder, env: { TIMING: 'on' } });

    const { headers } = await fetch(`${url}/api/v1/messages/`);

    expect(headers.get('server-timing')).to.match(
      /^publish;dur=[\d.]+, worker;dur=[\d.]+, queue;desc="queue, reply";dur=[\d.]+$/,
    );
  });
});
