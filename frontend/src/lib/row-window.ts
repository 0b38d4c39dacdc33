export interface Viewport {
  readonly scrollTop: number;
  readonly height: number;
}

/** The rows to draw: from `start` up to, but not including, `end`. */
export interface RowWindow {
  readonly start: number;
  readonly end: number;
}

/** Rows rendered beyond each edge, so that scrolling shows no blank space. */
const overscan = 6;

/** Which rows of equal height are in sight. */
export function rowWindow(viewport: Viewport, rowHeight: number, rows: number): RowWindow {
  const first = Math.floor(viewport.scrollTop / rowHeight);
  const last = Math.ceil((viewport.scrollTop + viewport.height) / rowHeight);
  const start = clamp(first - overscan, 0, rows);
  return { start, end: clamp(last + overscan, start, rows) };
}

/** The nearest scroll position that has the whole row in sight. */
export function scrollTopFor(row: number, rowHeight: number, viewport: Viewport): number {
  const top = row * rowHeight;
  const lowest = top + rowHeight - viewport.height;
  return Math.max(0, Math.min(top, Math.max(lowest, viewport.scrollTop)));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
