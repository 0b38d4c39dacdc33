const units = ['B', 'kB', 'MB', 'GB'] as const;

/** `812 B`, `1.4 kB`, `81 MB`: one decimal place below ten. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? amount : round(amount)} ${units[unit]}`;
}

/** `0.8 ms`, `12 ms`, `1.2 s` */
export function formatDuration(ms: number): string {
  return ms < 999.5 ? `${round(ms)} ms` : `${round(ms / 1000)} s`;
}

/** A duration in its largest unit: `45 s`, `12 min`, `3 h`, `5 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function round(amount: number): number {
  return amount < 9.95 ? Math.round(amount * 10) / 10 : Math.round(amount);
}
