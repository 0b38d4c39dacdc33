import { version } from '@restmapper/host';

/** The first thing that a long-running process says, before it has loaded or opened anything. */
export function formatTitle(role: string): string {
  return `restmapper ${version} · ${role}\n`;
}
