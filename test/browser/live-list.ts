import type { Locator, Page } from 'playwright-core';

/** The connection's state as the page shows it, such as `Live`. */
export function connectionState(page: Page, state: string): Locator {
  return page.getByRole('status').filter({ hasText: new RegExp(`^${state}$`) });
}

/** Opens the live view; resolves when it is connected. */
export async function openLive(open: (url: string) => Promise<Page>, url: string): Promise<Page> {
  const page = await open(`${url}/`);
  await connectionState(page, 'Live').waitFor();
  return page;
}

/** The visible rows that contain a text. */
export function rowsWith(page: Page, text: string): Locator {
  return page.getByRole('option').filter({ hasText: text });
}

/** Reads every row of the list, the newest first, by scrolling through it. */
export async function readRows(page: Page): Promise<readonly string[]> {
  return page.getByRole('listbox').evaluate(async (list) => {
    const view = list.ownerDocument.defaultView;
    const rows = new Map<number, string>();
    let count = 0;
    for (let top = 0; ; top += list.clientHeight - 40) {
      list.scrollTop = top;
      // One frame for the event, one to draw its effect.
      for (let frames = 0; frames < 3; frames += 1) {
        await new Promise((resolve) => view.requestAnimationFrame(resolve));
      }
      for (const row of list.querySelectorAll('[role=option]')) {
        count = Number(row.ariaSetSize);
        rows.set(Number(row.ariaPosInSet), row.innerText);
      }
      if (rows.size >= count || top > list.scrollHeight) break;
    }
    list.scrollTop = 0;
    return [...rows].sort(([a], [b]) => a - b).map(([, text]) => text);
  });
}

/** The `n` of every message in the list, in order of arrival. */
export async function readNumbers(page: Page): Promise<readonly number[]> {
  return numbersIn(await readRows(page));
}

/** The `n` of every message in rows, in order of arrival. */
export function numbersIn(rows: readonly string[]): readonly number[] {
  return rows
    .flatMap((row) => /"n": ?(\d+)/.exec(row)?.[1] ?? [])
    .map(Number)
    .toReversed();
}

/** How many messages the page reports as received. */
export async function received(page: Page): Promise<number> {
  const figure = page.getByRole('region', { name: 'Traffic' }).locator('dt:text-is("Received") + dd');
  return Number((await figure.textContent())?.replaceAll(',', ''));
}
