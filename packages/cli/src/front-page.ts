import type { Model } from '@restmapper/endpoints';
import { formatRoutes } from './route-table.ts';
import { version } from './version.ts';

/** What a person sees who opens an embedded system in a browser: what it is, and where to go. */
export function formatFrontPage(model: Model): string {
  return `restmapper ${version}\n\nAPI   /api/v1/\nlive  /ws/v1/\n\n${formatRoutes(model)}\n`;
}
