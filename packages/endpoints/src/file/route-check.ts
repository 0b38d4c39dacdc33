import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { relationOf, type Route } from '../model/route.ts';

/** Reports each route that is unreachable because of an earlier one, or ambiguous with it. */
export function checkRoutes(routes: readonly Route[], report: Report): void {
  for (const [index, route] of routes.entries()) {
    for (const earlier of routes.slice(0, index)) {
      const fault = faultBetween(earlier, route);
      if (fault === undefined) continue;
      const pointer = extendPointer('/endpoints', route.key);
      const from = report.fileOf(pointer);
      const place = report.lineOfKey(extendPointer('/endpoints', earlier.key), { from });
      report.atKey(pointer, `${fault} ${place}`);
      break;
    }
  }
}

function faultBetween(earlier: Route, later: Route): string | undefined {
  const relation = relationOf(earlier, later);
  if (relation === 'same') {
    return `\`${later.key}\` can never be reached: its calls go to \`${earlier.key}\``;
  }
  if (relation === 'ambiguous') {
    return `a call of \`${commonPath(earlier, later)}\` fits both \`${later.key}\` and \`${earlier.key}\``;
  }
  return undefined;
}

/** A path that both match: the literal segments of either. */
function commonPath(a: Route, b: Route): string {
  const segments = a.segments.map((segment, index) =>
    segment.startsWith('{') ? (b.segments[index] ?? segment) : segment,
  );
  return `/${segments.join('/')}`;
}
