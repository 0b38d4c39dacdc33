import type { Terminal } from '@restmapper/host';
import { expect } from 'chai';
import { printBody } from '../src/commands/call-answer.ts';

/** What a body is printed as, at a terminal or into a file. */
async function print(body: Uint8Array<ArrayBuffer> | string, type: string, isTerminal: boolean) {
  let [printed, errors] = ['', ''];
  const written: Uint8Array[] = [];
  const terminal = {
    isTerminal,
    print: (text: string) => (printed += text),
    printBytes: (bytes: Uint8Array) => void written.push(bytes),
    printError: (text: string) => (errors += text),
  } as Partial<Terminal> as Terminal;
  const headers = { 'content-type': type, 'content-length': String(body.length) };
  await printBody(new Response(body, { headers }), terminal);
  return { printed, errors, written: Buffer.concat(written) };
}

const bytes = Uint8Array.from([0x89, 0x50, 0x00, 0xff]);

describe('the body of an answer', () => {
  it('is written byte for byte into a file', async () => {
    const { printed, written } = await print(bytes, 'image/png', false);

    expect(printed).to.equal('');
    expect(written.equals(Buffer.from(bytes))).to.equal(true);
  });

  it('is shown at a terminal if it is text, and JSON is indented', async () => {
    expect(await print('id\n7', 'text/csv; charset=utf-8', true)).to.include({ printed: 'id\n7\n' });
    expect(await print('{"a":1}', 'application/json', true)).to.include({ printed: '{\n  "a": 1\n}\n' });
    expect(await print('{"a":1}', 'application/geo+json', true)).to.include({ printed: '{\n  "a": 1\n}\n' });
    expect(await print('', 'text/csv', true)).to.include({ printed: '' });
  });

  it('is named at a terminal if it is not text', async () => {
    expect(await print(bytes, 'image/png', true)).to.include({
      printed: '',
      errors: 'the answer is 4 bytes of image/png; redirect the output to a file\n',
    });
  });
});
