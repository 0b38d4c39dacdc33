import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { formatCurl } from '../src/lib/curl.ts';

const run = promisify(execFile);

describe('a call as a curl command', () => {
  it('names the method, the URL, the headers and the body, one a line', () => {
    const call = {
      method: 'POST',
      url: 'http://127.0.0.1/api/v1/messages/',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    };

    expect(formatCurl(call)).to.equal(
      `curl -X POST 'http://127.0.0.1/api/v1/messages/' \\
  -H 'content-type: application/json' \\
  --data-raw '{"a":1}'`,
    );
  });

  it('omits what curl does by itself', () => {
    const call = { method: 'GET', url: 'http://127.0.0.1/?a=1&b=2', headers: {}, body: undefined };

    expect(formatCurl(call)).to.equal(`curl 'http://127.0.0.1/?a=1&b=2'`);
    expect(formatCurl({ ...call, method: 'HEAD' })).to.match(/^curl --head /);
  });

  it('passes curl the same words, whatever they mean to a shell', async () => {
    const body = `@{"it's":"$(echo no) \`x\` \\n \\" ! é 😀 %s","a":1.0,\n  "b": "'''"}\n`;
    const url = `http://127.0.0.1/a%20b?x='$HOME'&y=*`;

    const command = formatCurl({ method: 'PUT', url, headers: { 'x-note': "it's $HOME" }, body });

    const { stdout } = await run('/bin/sh', ['-c', command.replace('curl', String.raw`printf '%s\0'`)]);
    expect(stdout.split('\0')).to.deep.equal([
      '-X',
      'PUT',
      url,
      '-H',
      "x-note: it's $HOME",
      '--data-raw',
      body,
      '',
    ]);
  });
});
