import { version } from '@restmapper/host';

/** The first output of a long-running process, before it has loaded or opened anything. */
export function formatTitle(role: string): string {
  return `restmapper ${version} · ${role}\n`;
}
