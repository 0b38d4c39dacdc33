import { readonly, shallowRef, type ShallowRef, watch } from 'vue';
import { problemOf } from '../lib/problem.ts';
import { parseSystemReport, type SystemFiles } from '../lib/system-report.ts';
import { fetchOwn, given } from './credentials.ts';
import { usePolling } from './polling.ts';

const everyMs = 1_000;
/** For callers without access, whose requests the server logs. */
const deniedEveryMs = 60_000;
const timeoutMs = 5_000;

/** Whether the server follows its files, as `restmapper dev` does: then it marks the page. */
export const followsFiles = document.querySelector('meta[name="follows-files"]') !== null;

/** What the server says about its files, polled while the page is visible. */
export function useFileWatch(): Readonly<ShallowRef<SystemFiles | undefined>> {
  const files = shallowRef<SystemFiles>();
  let isDenied = false;
  const work = async (signal: AbortSignal): Promise<void> => {
    try {
      files.value = parseSystemReport(await fetchOwn('/system/v1/', { signal, timeoutMs })).files;
      isDenied = false;
    } catch (error) {
      isDenied = problemOf(error).status !== undefined;
      // Without an answer, what was last said remains; the views say that the server does not answer.
    }
  };
  const { now } = usePolling({ everyMs: () => (isDenied ? deniedEveryMs : everyMs), work });
  watch(given, () => void now()); // Other credentials may give access.
  return readonly(files);
}
