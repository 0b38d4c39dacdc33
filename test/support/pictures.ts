import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { makeTemporaryFolder } from './temporary-folder.ts';

let folder: Promise<string> | undefined;

/** Saves a screenshot as a PNG; prints the folder of this run's pictures once. Returns the path. */
export async function savePicture(page: Page, title: string): Promise<string> {
  folder ??= makeFolder();
  const name = title.replaceAll(/[^\w]+/g, '-').slice(0, 120);
  const path = join(await folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

async function makeFolder(): Promise<string> {
  const made = await makeTemporaryFolder('pictures');
  console.error(`pictures of the page: ${made}`);
  return made;
}
