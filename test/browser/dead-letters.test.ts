import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { shareSystem } from '../system/shared-system.ts';
import { expectAccessible } from './audit.ts';

describe('the dead letters in the view System', function () {
  this.timeout(90_000);
  const system = shareSystem();

  async function countLetters(): Promise<number> {
    const response = await fetch(`${system().url}/system/v1/dead-letters/`);
    const { queues } = (await response.json()) as { queues: readonly { readonly letters: number }[] };
    return queues.reduce((sum, { letters }) => sum + letters, 0);
  }

  /** Adds messages that PostgreSQL cannot store; resolves when they are dead letters. */
  async function addLetters(count: number): Promise<void> {
    const before = await countLetters();
    for (let n = 0; n < count; n += 1) {
      await post(
        `${system().url}/api/v1/messages/`,
        `{"n":${n},"long":"${'x'.repeat(5000)}","text":"\\u0000"}`,
      );
    }
    await until(async () => (await countLetters()) === before + count);
  }

  async function openLetters(open: (url: string) => Promise<Page>): Promise<{ page: Page; sheet: Locator }> {
    const page = await open(`${system().url}/system`);
    await page.getByRole('button', { name: 'Look into /messages/:POST.dead' }).click();
    const sheet = page.getByRole('dialog', { name: 'Dead letters in /messages/:POST.dead' });
    await sheet.getByRole('article').first().waitFor();
    return { page, sheet };
  }

  const question = (sheet: Locator) => sheet.getByRole('alertdialog');
  const isFocused = (locator: Locator) =>
    locator.evaluate((element) => element === element.ownerDocument.activeElement);

  async function untilInSight(locator: Locator): Promise<void> {
    await until(() =>
      locator.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= element.ownerDocument.defaultView.innerHeight;
      }),
    );
  }

  it(
    'asks for confirmation in the dead letter itself, names it, focuses Cancel first, and returns the focus',
    inBrowser(async ({ open }) => {
      await addLetters(5 - (await countLetters()));
      const { page, sheet } = await openLetters(open);
      const letter = sheet.getByRole('article').last();
      const id = await letter.getAttribute('aria-label');
      await letter.getByText(/^22P0[25]: /).waitFor();

      await letter.getByRole('button', { name: 'Delete' }).click();

      const asked = letter.getByRole('alertdialog', { name: 'Delete this message for good?' });
      await untilInSight(asked);
      await asked.getByText(String(id)).waitFor();
      await until(() => isFocused(asked.getByRole('button', { name: 'Cancel' })));
      await page.keyboard.press('Tab');
      expect(await isFocused(asked.getByRole('button', { name: 'Delete' }))).to.equal(true);
      await page.keyboard.press('Shift+Tab');
      expect(await isFocused(asked.getByRole('button', { name: 'Cancel' }))).to.equal(true);
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await asked.waitFor({ state: 'detached' });
      await until(() => isFocused(letter.getByRole('button', { name: 'Delete' })));
      expect(await countLetters()).to.equal(5);
    }),
  );

  it(
    'colours irreversible actions differently from reversible ones',
    inBrowser(async ({ open }) => {
      await addLetters(Math.max(0, 1 - (await countLetters())));
      const { sheet } = await openLetters(open);
      const colourOf = async (verb: string) => {
        await sheet.getByRole('article').first().getByRole('button', { name: verb }).click();
        const yes = question(sheet).getByRole('button', { name: verb });
        const colour = await yes.evaluate(
          (element) => element.ownerDocument.defaultView.getComputedStyle(element).backgroundColor,
        );
        await question(sheet).getByRole('button', { name: 'Cancel' }).click();
        return colour;
      };

      const [replay, remove] = [await colourOf('Replay'), await colourOf('Delete')];

      expect(remove).to.not.equal(replay);
    }),
  );

  it(
    'shows the envelope as a tree, and all of it on request',
    inBrowser(async ({ open }) => {
      await addLetters(Math.max(0, 1 - (await countLetters())));
      const { sheet } = await openLetters(open);
      const letter = sheet.getByRole('article').first();
      await letter.getByText(/The first 4,096 of 5,\d\d\d bytes\./).waitFor();
      await letter.getByRole('button', { name: 'Delete' }).click();

      await letter.getByRole('button', { name: 'Show the whole message' }).click();

      await letter.getByText(/The first/).waitFor({ state: 'detached' });
      await question(sheet).getByRole('button', { name: 'Cancel' }).click();
      await letter.getByRole('button', { name: /^data: \{ 3 fields \}$/ }).waitFor();
      await letter.getByText(/The first/).waitFor({ state: 'detached' });
    }),
  );

  it(
    'deletes all dead letters that are shown, none that arrived since, and reports how many',
    inBrowser(async ({ open }) => {
      await addLetters(Math.max(0, 3 - (await countLetters())));
      const seen = await countLetters();
      const { page, sheet } = await openLetters(open);
      await sheet.getByText(`${seen} dead letters`, { exact: true }).waitFor();
      await addLetters(2);

      await sheet.getByRole('button', { name: 'Delete all shown' }).click();
      await untilInSight(question(sheet));
      expect(await question(sheet).getByRole('listitem').count()).to.equal(seen);
      await question(sheet)
        .getByRole('button', { name: `Delete ${seen} messages` })
        .click();

      const said = sheet.getByRole('status').filter({ hasText: `Deleted ${seen} messages.` });
      await said.waitFor();
      expect(await isFocused(said)).to.equal(true);
      expect(await countLetters()).to.equal(2);
      expect(await sheet.getByRole('article').count()).to.equal(2);

      await sheet.getByRole('article').first().getByRole('button', { name: 'Replay' }).click();
      await question(sheet).getByRole('button', { name: 'Replay' }).click();
      await sheet.getByText('Replayed 1 message.').waitFor();
      // It fails again after the replay.
      await until(async () => (await countLetters()) === 2);
      await sheet.getByRole('button', { name: 'Close' }).click();
      await page.getByText('2 dead letters', { exact: true }).waitFor();
    }),
  );
});
