import { createServer, type RequestListener } from 'node:http';
import { expect } from 'chai';
import { use } from '../../../test/support/use.ts';
import { createFrontDoor } from '../src/front-door.ts';
import { closeServer, listen } from '../src/http-server.ts';

/** Answers with the URL as it sees it. */
function echo(name: string): RequestListener {
  return (request, response) => response.end(`${name} ${request.url}`);
}

describe('the front door', () => {
  for (const [path, answer] of [
    ['/api/v1/messages/?limit=1', 'api /messages/?limit=1'],
    ['/api/v1/', 'api /'],
    ['/system/v1/', 'system /system/v1/'],
    ['/system/v1', 'page /system/v1'],
    ['/api', 'page /api'],
    ['/', 'page /'],
  ] as const) {
    it(`answers ${path} with ${answer}`, async () => {
      const routes = [
        { prefix: '/api/v1/', listener: echo('api'), strip: true },
        { prefix: '/system/v1/', listener: echo('system') },
      ];
      const door = createFrontDoor(routes, echo('page'));
      const server = use(createServer(door), (server) => closeServer(server, 100));
      const port = await listen(server, { host: '127.0.0.1', port: 0 });

      expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).to.equal(answer);
    });
  }

  it('finds nothing where no route leads', async () => {
    const server = use(
      createServer(createFrontDoor([{ prefix: '/live/v1/', listener: echo('live') }])),
      (server) => closeServer(server, 100),
    );
    const port = await listen(server, { host: '127.0.0.1', port: 0 });

    expect((await fetch(`http://127.0.0.1:${port}/`)).status).to.equal(404);
  });
});
