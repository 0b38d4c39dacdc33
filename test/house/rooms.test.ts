import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const folder = fileURLToPath(new URL('./dummy/', import.meta.url));

describe('the rooms of the house', function () {
  this.timeout(60_000);

  it('accept a kind of endpoint, a built-in handler and a scheme of two files each', async () => {
    const node = ['--conditions=@restmapper/source', '--import', 'tsx', `${folder}main.ts`];
    const { stdout } = await promisify(execFile)(process.execPath, node);
    const { answers, callers, urls, topology, schema, openApi, asyncApi, types } = JSON.parse(stdout);

    expect((await readdir(folder)).toSorted()).to.deep.equal([
      'length-room.ts',
      'length-spec.ts',
      'main.ts',
      'mirror-gateway.ts',
      'mirror-spec.ts',
      'plug-in.ts',
      'signed-spec.ts',
      'signed-verifier.ts',
    ]);
    expect(answers).to.deep.equal({
      mirror: '200 {"a":1.0}',
      length: '200 48',
      hook: '401 Signed realm="hooks"',
      signed: '200 true',
    });
    expect(callers).to.deep.equal({ signed: 'hook' });
    expect(urls).to.deep.equal(['http://hooks.example/']);
    expect(topology.exchanges).to.deep.include({ name: '/mirror:POST', type: 'fanout' });
    expect(topology.queues).to.deep.equal([{ kind: 'rpc', name: '/length:POST' }]);
    expect(schema.definitions.endpoint.oneOf).to.deep.include({ required: ['mirror'] });
    expect(schema.definitions.worker.properties.use.description).to.include('`length` counts bytes');
    expect(schema.definitions.worker.properties.unit.description).to.equal(
      'What it counts. Only for `length`.',
    );
    expect(schema.definitions.scheme.oneOf).to.deep.include({ required: ['signed'] });
    expect(schema.definitions).to.include.keys('secret');
    expect(openApi.components.securitySchemes.hooks).to.include({ name: 'x-signature' });
    expect(openApi.paths['/mirror'].post.responses['200'].description).to.equal('What was sent.');
    expect(openApi.components.schemas).to.include.keys('MirrorProblem');
    expect(openApi.paths['/length'].post.responses['200'].content['application/json'].schema).to.include({
      type: 'integer',
    });
    expect(asyncApi.channels).to.include.keys('exchange.postMirror');
    expect(types).to.include('POST /mirror');
  });
});
