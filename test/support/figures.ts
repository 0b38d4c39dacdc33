/** The measurements of a fault test, in printing order. */
export type Figures = Readonly<Record<string, number | string>>;

/** Prints the one line of a fault test: `F1  sent 4012 · confirmed 3954 · lost 0 …`. */
export function printFigures(fault: string, figures: Figures): void {
  const parts = Object.entries(figures).map(([name, value]) => `${name} ${round(value)}`);
  console.log(`      ${fault}  ${parts.join(' · ')}`);
}

/** The median, on which moments of other load have little influence. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number | string): number | string {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
