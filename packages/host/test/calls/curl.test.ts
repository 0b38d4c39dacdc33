import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { formatCurl } from '../../src/calls/curl.ts';

describe('formatCurl', () => {
  it('is read back word by word by a shell', async () => {
    const command = formatCurl(
      {
        method: 'POST',
        url: "http://127.0.0.1:8080/o'rders?a=$b",
        headers: [
          ['content-type', 'application/json'],
          ['authorization', 'Bearer secret'],
        ],
        body: Buffer.from(`{"a":"it's $HOME \`x\`\n"}`),
      },
      { variables: new Map([['secret', 'RESTMAPPER_TOKEN']]) },
    );

    const { stdout } = await promisify(execFile)(
      'sh',
      ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }; ${command}`],
      { env: { RESTMAPPER_TOKEN: 'from the environment' } },
    );

    expect(command).not.to.contain('secret');
    expect(stdout.split('\0').slice(0, -1)).to.deep.equal([
      '--globoff',
      '--request',
      'POST',
      "http://127.0.0.1:8080/o'rders?a=$b",
      '--header',
      'content-type: application/json',
      '--header',
      'authorization: Bearer from the environment',
      '--data-raw',
      `{"a":"it's $HOME \`x\`\n"}`,
    ]);
  });

  it('reads a body from its file, and other bytes from standard input', () => {
    const call = { method: 'PUT', url: 'http://127.0.0.1/a', headers: [['x-empty', '']] } as const;
    const body = Buffer.from([0x89, 0x50, 0xff]);

    expect(formatCurl({ ...call, body }, { file: "it's.png" })).to.match(
      / --header 'x-empty;' --data-binary '@it'\\''s\.png'$/,
    );
    expect(formatCurl({ ...call, body })).to.match(/ --data-binary @-$/);
    expect(formatCurl({ ...call, body: Buffer.from('a\0b') })).to.match(/ --data-binary @-$/);
    expect(formatCurl({ ...call, body: undefined })).not.to.contain('--data');
  });
});
