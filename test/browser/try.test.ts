import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { until } from '../support/until.ts';
import { shareSystem } from '../system/shared-system.ts';
import { jsonEditor, textOf } from './json-editor.ts';

const file = `
endpoints:
  POST /messages/:
    fanout: true
    body: { type: object }
  GET /messages/:
    rpc: true
    query: { properties: { limit: { type: integer, minimum: 0 } } }
  POST /orders/{id}/notes:
    summary: Add a note to an order
    fanout: true
    params: { properties: { id: { type: integer, minimum: 1 } } }
    body:
      type: object
      required: [text, place]
      additionalProperties: false
      properties:
        text: { type: string, minLength: 1 }
        amount: { type: number }
        urgent: { type: boolean, default: false }
        size: { enum: [S, M] }
        place: { type: object, required: [city], properties: { city: { type: string, minLength: 2 } } }
        lines: { type: array, items: { type: string } }
  PUT /contacts/{id}:
    rpc: true
    consumes: [application/json, application/x-www-form-urlencoded, text/csv, image/*]
    produces: [application/json, text/csv]
    headers:
      required: [X-Version]
      properties: { X-Version: { type: integer, minimum: 1, description: What the change is based on. } }
    body: { type: [object, string], properties: { name: { type: string }, age: { type: integer } } }
workers:
  messages_post: { on: POST /messages/, use: append, table: message }
  messages_get: { on: GET /messages/, use: page, table: message }
`;

const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff]);

describe('the view Try', function () {
  this.timeout(90_000);
  const system = shareSystem(file);

  async function tryEndpoint(open: (url: string) => Promise<Page>, key: string): Promise<Page> {
    const page = await open(`${system().url}/try?endpoint=${encodeURIComponent(key)}`);
    await page.getByRole('heading', { name: key }).waitFor();
    return page;
  }

  /** Confirms a hundred calls. */
  async function sendHundred(page: Page): Promise<void> {
    await page.getByText('Send 100').first().click();
    await page.getByRole('button', { name: 'Send 100' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Send 100' }).click();
  }

  const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true }).click();
  const answer = (page: Page) => page.getByRole('region', { name: 'Answer', exact: true });

  it(
    'sends a body byte for byte, and shows the answer',
    inBrowser(async ({ open }) => {
      const page = await tryEndpoint(open, 'POST /messages/');
      const body = '{ "big" : 12345678901234567890,\n  "one": 1.0 }';

      await jsonEditor(page).fill(body);
      const [request] = await Promise.all([page.waitForRequest('**/api/v1/messages/'), send(page)]);

      expect(request.postData()).to.equal(body);
      await answer(page).getByText('200 OK').first().waitFor();
      await answer(page).getByText('{}').waitFor();
      await page.getByText(/^Headers \(\d+\)$/).click();
      await answer(page).getByText('x-request-id', { exact: true }).waitFor();
      await until(async () => {
        const stored = await (await fetch(`${system().url}/api/v1/messages/`)).text();
        return stored.includes('12345678901234567890') && stored.includes('1.0');
      });
    }),
  );

  it(
    'keeps form and JSON in sync, and every number as it was typed',
    inBrowser(async ({ open }) => {
      const page = await tryEndpoint(open, 'POST /orders/{id}/notes');
      await page.getByRole('textbox', { name: 'amount' }).fill('1.50');
      await page.getByRole('textbox', { name: 'text' }).fill('call "back"');
      await page.getByRole('combobox', { name: 'size' }).selectOption('M');
      await page.getByRole('textbox', { name: 'city' }).fill('Bern');
      await page.getByRole('button', { name: 'Add an item' }).click();
      await page.getByRole('textbox', { name: 'lines 1' }).fill('first');

      await page.getByRole('radio', { name: 'JSON' }).check({ force: true });
      const text = await textOf(jsonEditor(page));
      expect(text).to.contain('"amount": 1.50');
      expect(JSON.parse(text)).to.deep.equal({
        text: 'call "back"',
        place: { city: 'Bern' },
        urgent: false,
        amount: 1.5,
        size: 'M',
        lines: ['first'],
      });

      await jsonEditor(page).fill('{"text": "x", "amount": 1e2, "place": {"city": "Basel"}}');
      await page.getByRole('radio', { name: 'Form' }).check({ force: true });
      expect(await page.getByRole('textbox', { name: 'amount' }).inputValue()).to.equal('1e2');
      expect(await page.getByRole('textbox', { name: 'city' }).inputValue()).to.equal('Basel');
      expect(await page.getByRole('combobox', { name: 'size' }).inputValue()).to.equal('');
    }),
  );

  it(
    'reports invalid values before sending, can send them anyway, and links the problem to the field',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(/status of 422/);
      const page = await tryEndpoint(open, 'POST /orders/{id}/notes');
      await page.getByRole('textbox', { name: 'id' }).fill('7');
      await page.getByRole('textbox', { name: 'text' }).fill('ok');
      await page.getByRole('textbox', { name: 'amount' }).fill('much');

      await send(page);

      await page.getByText('2 values do not fit the endpoint.').waitFor();
      const amount = page.getByRole('textbox', { name: 'amount' });
      const city = page.getByRole('textbox', { name: 'city' });
      expect(await amount.getAttribute('aria-invalid')).to.equal('true');
      await page.getByText('must be number').waitFor();
      expect(await answer(page).getByText('422').count()).to.equal(0);

      await page.getByRole('button', { name: 'Send anyway' }).click();

      const problem = answer(page).getByRole('alert');
      await problem.getByText('INVALID_BODY').waitFor();
      await problem.getByRole('button', { name: '/place/city' }).click();
      await until(() => city.evaluate((element) => element === element.ownerDocument.activeElement));
      await problem.getByRole('button', { name: '/amount' }).click();
      await until(() => amount.evaluate((element) => element === element.ownerDocument.activeElement));
    }),
  );

  it(
    'shows where JSON is malformed, and the server’s answer to it',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(/status of 400/);
      const page = await tryEndpoint(open, 'POST /messages/');

      await jsonEditor(page).fill('{\n  "a": 1\n  "b": 2\n}');

      await page.getByRole('button', { name: 'Line 3, column 3' }).waitFor();
      await send(page);
      await page.getByRole('button', { name: 'Send anyway' }).click();
      await answer(page).getByRole('alert').getByText('INVALID_JSON').waitFor();
    }),
  );

  it(
    'indents typed and selected lines, and can undo it',
    inBrowser(async ({ open }) => {
      const page = await tryEndpoint(open, 'POST /messages/');
      const editor = jsonEditor(page);
      const typeLine = async (text: string) => {
        await page.keyboard.type(text);
        await page.keyboard.press('Enter');
      };
      await editor.press('Control+a');
      await editor.press('Delete');

      await typeLine('{');
      await typeLine('"a": [1],');
      await page.keyboard.type('"p": 2');
      const typed = '{\n  "a": [1],\n  "p": 2';
      const indented = '  {\n    "a": [1],\n    "p": 2';
      expect(await textOf(editor)).to.equal(typed);
      await editor.press('Control+a');

      for (const [key, text] of [
        ['Tab', indented],
        ['Shift+Tab', typed],
        ['Tab', indented],
        ['Control+z', typed],
      ] as const) {
        await editor.press(key);
        expect(await textOf(editor)).to.equal(text);
      }
    }),
  );

  it(
    'repeats a call safely with an idempotency key, and restores recent calls',
    inBrowser(async ({ open }) => {
      const page = await tryEndpoint(open, 'POST /messages/');
      await jsonEditor(page).fill('{"run":"with a key"}');
      await page.getByText('Idempotency-Key').first().click();
      await page.getByRole('button', { name: 'New key' }).click();
      const key = await page.getByRole('textbox', { name: 'Idempotency-Key' }).inputValue();

      const [request] = await Promise.all([page.waitForRequest('**/api/v1/messages/'), send(page)]);
      await answer(page).getByText('200 OK').first().waitFor();

      expect(request.headers()['idempotency-key']).to.equal(key);
      await jsonEditor(page).fill('{"run":"another"}');
      await page.getByRole('link', { name: /GET \/messages\// }).click();
      await page.getByRole('heading', { name: 'GET /messages/' }).waitFor();
      await page.getByRole('textbox', { name: 'limit' }).fill('1');
      await Promise.all([page.waitForRequest('**/api/v1/messages/?limit=1'), send(page)]);
      await answer(page).getByText('paginationId').waitFor();

      await page.getByRole('button', { name: /POST \/api\/v1\/messages\/ / }).click();
      await page.getByRole('heading', { name: 'POST /messages/' }).waitFor();
      expect(await textOf(jsonEditor(page))).to.equal('{"run":"with a key"}');
    }),
  );

  it(
    'sends a burst of a hundred calls, and summarises the results',
    inBrowser(async ({ open }) => {
      const page = await tryEndpoint(open, 'POST /messages/');
      await jsonEditor(page).fill('{"run":"burst"}');

      await sendHundred(page);

      await page.getByText('All 100 calls made').waitFor();
      await page.getByText('100 × 200').waitFor();
      await until(async () => {
        const page = await (await fetch(`${system().url}/api/v1/messages/?limit=100`)).text();
        return page.split('"burst"').length === 101;
      });
    }),
  );

  it(
    'stops a burst on request',
    inBrowser(async ({ open, context }) => {
      const page = await tryEndpoint(open, 'POST /messages/');
      let calls = 0;
      await context.route('**/api/v1/messages/', (route) => {
        calls += 1;
        return calls > 10 ? undefined : route.fulfill({ status: 200, json: {} });
      });

      await sendHundred(page);
      await page.getByText('10 of 100').waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();

      await page.getByText('Ended after 10 of 100').waitFor();
      await page.getByText('10 × 200').waitFor();
    }),
  );

  it(
    'copies a call as a curl command',
    inBrowser(
      async ({ open }) => {
        const page = await tryEndpoint(open, 'POST /messages/');
        await jsonEditor(page).fill(`{"text":"it's"}`);

        await page.getByRole('button', { name: 'Copy as curl' }).click();

        const copied = await page.evaluate<string>('navigator.clipboard.readText()');
        expect(copied).to.equal(`curl -X POST '${system().url}/api/v1/messages/' \\
  -H 'content-type: application/json' \\
  --data-raw '{"text":"it'\\''s"}'`);
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ),
  );

  it(
    'sends declared headers, forms, text and files, and leads to a header that is wrong',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(/status of (?:422|503)/);
      const page = await tryEndpoint(open, 'PUT /contacts/{id}');
      const type = page.getByRole('combobox', { name: 'Content type' });
      const version = page.getByRole('textbox', { name: 'x-version' });
      const sent = async () => {
        const [request] = await Promise.all([page.waitForRequest('**/api/v1/contacts/7'), send(page)]);
        return request;
      };
      await page.getByRole('textbox', { name: 'id' }).fill('7');
      await page.getByText('What the change is based on. · at least 1').waitFor();

      await send(page);
      await page.getByText('1 value does not fit the endpoint.').waitFor();
      await until(() => version.evaluate((element) => element === element.ownerDocument.activeElement));
      await page.getByRole('button', { name: 'Send anyway' }).click();
      const problem = answer(page).getByRole('alert');
      await problem.getByText('INVALID_HEADERS').waitFor();
      await type.focus();
      await problem.getByRole('button', { name: '/x-version' }).click();
      await until(() => version.evaluate((element) => element === element.ownerDocument.activeElement));

      await version.fill('3');
      await page.getByRole('combobox', { name: 'Accept' }).selectOption('text/csv');
      await type.selectOption('application/x-www-form-urlencoded');
      await page.getByRole('textbox', { name: 'name', exact: true }).fill('Ann & Bo');
      const form = await sent();
      expect(form.postData()).to.equal('name=Ann+%26+Bo');
      expect(form.headers()).to.include({
        'x-version': '3',
        accept: 'text/csv',
        'content-type': 'application/x-www-form-urlencoded',
      });

      await type.selectOption('text/csv');
      await page.getByRole('textbox', { name: 'Text' }).fill('a,b');
      expect((await sent()).postData()).to.equal('a,b');

      await type.selectOption('image/*');
      await send(page);
      await page.getByText('choose a file').waitFor();
      await page.getByLabel('File').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: picture });
      const file = await sent();
      // The browser does not tell the bytes of a file.
      expect(await file.allHeaders()).to.include({
        'content-type': 'image/png',
        'content-length': String(picture.length),
      });
      await page
        .getByRole('region', { name: 'Code of the call' })
        .getByText("--data-binary '@a.png'")
        .waitFor();
    }),
  );
});
