import { randomBytes } from 'node:crypto';
import { sha256 } from '@restmapper/auth';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { savePicture } from '../support/pictures.ts';
import { until } from '../support/until.ts';
import { audience, createTokenSigner, issuer } from '../support/token-signer.ts';
import { post } from '../system/calls.ts';
import { shareSystem } from '../system/shared-system.ts';
import { expectAccessible, expectToFit } from './audit.ts';
import { rowsWith } from './live-list.ts';

const signer = createTokenSigner();
const key = randomBytes(32).toString('base64url');

const file = `
endpoints:
  POST /orders/: { fanout: true, body: { type: object }, scopes: [orders:write], feed: orders }
feeds:
  orders: { where: { customer: subject } }
auth:
  schemes:
    users:
      jwt: { issuer: "${issuer}", audience: ${audience}, algorithms: [ES256], key: ${JSON.stringify(signer.publicKey)} }
    machines:
      apiKey: { clients: { robot: { keys: [${sha256(key).toString('hex')}], scopes: [orders:write] } } }
`;

/** What browsers report about answers that ask for credentials. */
const refused = /status of 40[13]/;

describe('the page of a system with protected endpoints', function () {
  this.timeout(90_000);
  const system = shareSystem(file);

  const ask = (page: Page) => page.getByRole('button', { name: 'Enter credentials' });
  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Credentials' });

  async function enter(
    page: Page,
    label: 'Bearer token' | 'API key (x-api-key)',
    secret: string,
  ): Promise<void> {
    const field = dialog(page).getByLabel(label);
    await field.fill(secret);
    await field.press('Enter');
    await dialog(page).waitFor({ state: 'hidden' });
  }

  async function order(customer: string): Promise<void> {
    const { status } = await post(`${system().url}/api/v1/orders/`, { customer }, { 'x-api-key': key });
    expect(status).to.equal(200);
  }

  it(
    'sends a key with a call, and never displays or stores it',
    inBrowser(
      async ({ open, tolerate }) => {
        tolerate(refused);
        const page = await open(`${system().url}/try`);
        const send = page.getByRole('button', { name: 'Send', exact: true });
        const answer = page.getByRole('region', { name: 'Answer', exact: true });
        await page.getByText('It needs the scope orders:write.').waitFor();

        await send.click();
        await answer.getByText('UNAUTHENTICATED', { exact: true }).waitFor();
        await answer.getByRole('button', { name: 'Enter credentials' }).click();
        await enter(page, 'API key (x-api-key)', key);
        const [request] = await Promise.all([page.waitForRequest('**/api/v1/orders/'), send.click()]);
        await answer.getByText('200 OK').first().waitFor();
        await page.getByRole('button', { name: 'Copy as curl' }).click();

        expect(await request.headerValue('x-api-key')).to.equal(key);
        expect(await request.headerValue('authorization')).to.equal(null);
        expect(await page.evaluate<string>('navigator.clipboard.readText()')).to.contain(
          "-H 'x-api-key: <key>'",
        );
        expect(await page.content()).to.not.contain(key);
        expect(await page.evaluate<string>('JSON.stringify(localStorage)')).to.not.contain(key);
        expect(page.url()).to.not.contain(key);
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ),
  );

  it(
    'watches with a token only the messages of its subject, until the token is forgotten',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(/WebSocket/);
      await order('bob');
      await order('ana');
      const page = await open(`${system().url}/`);
      await page.getByText('Sign in to watch').waitFor();

      await ask(page).click();
      await enter(page, 'Bearer token', `Bearer ${await signer.sign()}`);
      await rowsWith(page, 'ana').first().waitFor();
      await page.reload();
      await rowsWith(page, 'ana').first().waitFor();

      expect(await rowsWith(page, 'bob').count()).to.equal(0);
      await page.getByRole('button', { name: 'Credentials', exact: true }).click();
      await page.getByRole('button', { name: 'Forget them' }).click();
      await page.getByText('Sign in to watch').waitFor();
      expect(await rowsWith(page, 'ana').count()).to.equal(0);
    }),
  );

  it(
    'watches with a key only the messages of its client',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(/WebSocket/);
      await order('bob');
      await order('robot');
      const page = await open(`${system().url}/`);

      await ask(page).click();
      await enter(page, 'API key (x-api-key)', key);
      await rowsWith(page, 'robot').first().waitFor();
      await order('robot');
      await until(async () => (await rowsWith(page, 'robot').count()) === 2);

      expect(await rowsWith(page, 'bob').count()).to.equal(0);
    }),
  );

  it(
    'shows the system only to callers with credentials, and names the missing scope until then',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(refused);
      const page = await open(`${system().url}/system`);
      await page.getByRole('alert').getByText('UNAUTHENTICATED').waitFor();

      await ask(page).click();
      await enter(page, 'Bearer token', await signer.sign());
      await page.getByRole('alert').getByText('this needs the scope system:read').waitFor();
      await ask(page).click();
      await enter(page, 'Bearer token', await signer.sign({ scope: 'system:read' }));

      await page.getByRole('link', { name: 'POST /orders/' }).waitFor();
    }),
  );

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1440]) {
      it(
        `asks for them in ${colorScheme} on ${width} pixels`,
        inBrowser(
          async ({ open }) => {
            const page = await open(`${system().url}/try`);
            await page.getByText('It needs the scope orders:write.').waitFor();
            await savePicture(page, `credentials ${colorScheme} ${width} asked`);
            await expectToFit(page);

            await ask(page).click();
            const token = dialog(page).getByLabel('Bearer token');
            expect(await token.evaluate((field) => field === field.ownerDocument.activeElement)).to.equal(
              true,
            );
            await token.fill('two words');
            await token.press('Enter');
            await dialog(page).getByText('This cannot be sent in a header').waitFor();

            await savePicture(page, `credentials ${colorScheme} ${width}`);
            await expectAccessible(page);
            await expectToFit(page);
          },
          { colorScheme, viewport: { width, height: 800 } },
        ),
      );
    }
  }
});
