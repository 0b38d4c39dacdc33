import { readonly, ref, shallowRef, type Ref, type ShallowRef, watch } from 'vue';
import { type Problem, problemOf } from '../../lib/problem.ts';
import { parseSystemReport, type SystemReport } from '../../lib/system-report.ts';
import { type Throughput, throughputBetween } from '../../lib/throughput.ts';
import { fetchOwn, given } from '../../use/credentials.ts';
import { usePolling } from '../../use/polling.ts';

const source = '/system/v1/';
const everyMs = 2_000;
const mostKept = 60;
/** Longer than the server's own timeout per process. */
const timeoutMs = 5_000;

/** The system report, polled while the page is visible. */
export interface SystemWatch {
  /** The last report, even if later requests failed. */
  readonly report: Readonly<ShallowRef<SystemReport | undefined>>;
  /** Why the last request failed. */
  readonly problem: Readonly<ShallowRef<Problem | undefined>>;
  /** The rates between the last reports, oldest first. */
  readonly rates: Readonly<ShallowRef<readonly Throughput[]>>;
  readonly isLooking: Readonly<Ref<boolean>>;
  /** When the last report arrived. */
  readonly atMs: Readonly<Ref<number | undefined>>;
  readonly look: () => Promise<void>;
}

export function useSystem(): SystemWatch {
  const report = shallowRef<SystemReport>();
  const problem = shallowRef<Problem>();
  const rates = shallowRef<readonly Throughput[]>([]);
  const atMs = ref<number>();

  function take(next: SystemReport): void {
    const last = report.value;
    // The server caches a report for a second.
    if (last !== undefined && next.at > last.at) {
      rates.value = [...rates.value, throughputBetween(last, next)].slice(-mostKept);
    }
    report.value = next;
    problem.value = undefined;
    atMs.value = Date.now();
  }

  async function look(signal: AbortSignal): Promise<void> {
    try {
      take(parseSystemReport(await fetchOwn(source, { signal, timeoutMs })));
    } catch (error) {
      problem.value = problemOf(error);
    }
  }

  const { isWorking, now } = usePolling({ everyMs, work: look });
  watch(given, () => void now()); // Other credentials may give access to another report.
  return { report, problem: readonly(problem), rates, atMs: readonly(atMs), isLooking: isWorking, look: now };
}
