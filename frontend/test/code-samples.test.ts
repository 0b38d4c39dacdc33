import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { formatSample } from '../src/lib/code-samples.ts';
import { formatCurl, type HttpCall } from '../src/lib/curl.ts';

const call: HttpCall = {
  method: 'POST',
  url: 'http://127.0.0.1/api/v1/messages/?a=1',
  headers: { 'content-type': 'application/json', 'x-key': '<key>' },
  body: `{"it's":"\\n \\" é 😀 \${x}"}`,
};
const plain: HttpCall = { method: 'GET', url: 'http://127.0.0.1/', headers: {}, body: undefined };

/** Runs a sample in JavaScript; returns the arguments of its `fetch`. */
async function run(sample: string): Promise<unknown> {
  const calls: unknown[] = [];
  const fetch = async (...args: unknown[]) => {
    calls.push(args);
    return { status: 200, text: async () => '' };
  };
  await runInNewContext(`(async () => {${sample}})()`, { fetch, console: { log: () => undefined } });
  // Objects of another context never equal those of this one.
  return JSON.parse(JSON.stringify(calls));
}

describe('the code of a call', () => {
  it('calls fetch with the same method, URL, headers and bytes', async () => {
    expect(await run(formatSample('javascript', call))).to.deep.equal([
      [call.url, { method: 'POST', headers: call.headers, body: call.body }],
    ]);
    expect(await run(formatSample('javascript', plain))).to.deep.equal([[plain.url]]);
  });

  it('makes the same call with requests of Python', () => {
    expect(formatSample('python', call)).to.equal(`import requests

response = requests.request(
    "POST",
    "http://127.0.0.1/api/v1/messages/?a=1",
    headers={
        "content-type": "application/json",
        "x-key": "<key>",
    },
    data=${JSON.stringify(call.body)}.encode(),
)
print(response.status_code, response.text)`);
    expect(formatSample('python', plain)).to.not.include('data').and.not.include('headers');
  });

  it('is the command for curl', () => {
    expect(formatSample('curl', call)).to.equal(formatCurl(call));
  });

  it('reads a file, and sends its bytes', () => {
    const body = new File([Uint8Array.of(0x89)], `a "b".png`);
    const upload = { ...plain, method: 'PUT', headers: { 'x-name': 'é' }, body };

    expect(formatSample('curl', upload)).to.match(/ --data-binary '@a "b"\.png'$/);
    expect(formatSample('python', upload)).to.contain(`data=open("a \\"b\\".png", "rb"),`);
    expect(formatSample('javascript', upload))
      .to.match(/^const file = new Blob\(\[await .*readFile\("a \\"b\\"\.png"\)\]\);\n/)
      .and.to.contain('  body: file,')
      .and.to.contain('"x-name": "\u00c3\u00a9"');
  });
});
