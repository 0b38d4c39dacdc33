/** Measures the CPU time of a function in this process, in milliseconds, independent of other processes. */
export function cpuMsOf(compute: () => void): number {
  const before = process.cpuUsage();
  compute();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
