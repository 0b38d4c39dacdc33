import type { Locator, Page } from 'playwright-core';

/** The editor for the body of a call, in Try. */
export function jsonEditor(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Body as JSON' });
}

/** The whole text of an editor, which renders each line in an element of its own. */
export async function textOf(editor: Locator): Promise<string> {
  return (await editor.locator('.cm-line').allTextContents()).join('\n');
}
