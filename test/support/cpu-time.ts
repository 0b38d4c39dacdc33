/** Measures what a function computes, in milliseconds of this process's CPU: other processes do not count. */
export function cpuMsOf(compute: () => void): number {
  const before = process.cpuUsage();
  compute();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
