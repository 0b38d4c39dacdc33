import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { inBrowser } from '../support/in-browser.ts';
import { shareSystem } from '../system/shared-system.ts';

const file = `
endpoints:
  POST /orders/{id}:
    summary: Change an order
    description: An order that was **sent** stays.
    rpc: true
    status: 201
    params: { properties: { id: { type: integer } } }
    body: { type: object, required: [note], properties: { note: { type: string, maxLength: 200 } } }
    reply: { type: object, required: [id], properties: { id: { type: integer, description: Its number. } } }
    idempotency: true
    scopes: [orders:write]
  GET /open: { rpc: true, public: true }
auth:
  schemes:
    machines: { apiKey: { clients: { a: { keys: [773a4fa29b88e3f28dc7eaa78f758da4c2d2dafd157a4faaca8a58a9c888edc1] } } } }
    users: { jwt: { issuer: https://id.example/, audience: orders, algorithms: [RS256], jwks: https://id.example/jwks.json } }
`;

describe('the reference at /docs', function () {
  this.timeout(90_000);
  const system = shareSystem(file);

  it(
    'describes an endpoint completely, with requests to this server only',
    inBrowser(async ({ context, open }) => {
      const origins = new Set<string>();
      context.on('request', (request) => origins.add(new URL(request.url()).origin));

      const page = await open(`${system().url}/docs`);

      const credentials = page.getByRole('region', { name: 'Credentials' });
      await credentials.getByText('x-api-key: <key>').waitFor();
      await credentials.getByText('authorization: Bearer <token>').waitFor();
      await credentials.getByText('orders:write').waitFor();
      await page.getByRole('region', { name: 'Reference: Path' }).getByText('integer').waitFor();
      await page
        .getByRole('region', { name: 'Reference: Body' })
        .getByText('at most 200 characters')
        .waitFor();
      const answers = page.getByRole('region', { name: 'Reference: Answers' });
      expect(await answers.getByRole('listitem').filter({ hasText: /^201/ }).innerText()).to.include(
        'Its number.',
      );
      for (const code of ['INVALID_JSON', 'INSUFFICIENT_SCOPE', 'IDEMPOTENCY_KEY_REUSED', 'NO_WORKER']) {
        await answers.getByText(code).waitFor();
      }
      expect([...origins]).to.deep.equal([system().url]);
    }),
  );

  it(
    'stays open from endpoint to endpoint, and has a link to each',
    inBrowser(async ({ open }) => {
      const page = await open(`${system().url}/docs`);

      await page.getByRole('link', { name: /GET \/open/ }).click();

      await page.getByText('Anyone may call it.').waitFor();
      const link = page.url();
      const other = await open(link);
      await other.getByRole('heading', { name: 'GET /open' }).waitFor();
      await other.getByText('Anyone may call it.').waitFor();
      await other.getByText('Reference', { exact: true }).click();
      await other.waitForURL((url) => !url.searchParams.has('about'));
    }),
  );

  it(
    'shows the call in several languages, and offers the document',
    inBrowser(async ({ open }) => {
      const page = await open(`${system().url}/docs?endpoint=${encodeURIComponent('GET /open')}`);
      const code = page.getByRole('region', { name: 'Code of the call' });

      await code.getByText(`curl '${system().url}/api/v1/open'`).waitFor();
      await page.getByRole('radio', { name: 'Python' }).check({ force: true });
      await code.getByText('requests.request(').waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'openapi.json' }).click(),
      ]);

      const document = JSON.parse(await readFile(await download.path(), 'utf8')) as { openapi: string };
      expect(document.openapi).to.equal('3.1.0');
    }),
  );
});
