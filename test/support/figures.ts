/** What a fault test measured, in the order in which it is to be read. */
export type Figures = Readonly<Record<string, number | string>>;

/** Prints the one line of a fault test: `F1  sent 4012 · confirmed 3954 · lost 0 …`. */
export function printFigures(fault: string, figures: Figures): void {
  const parts = Object.entries(figures).map(([name, value]) => `${name} ${round(value)}`);
  console.log(`      ${fault}  ${parts.join(' · ')}`);
}

function round(value: number | string): number | string {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
