const step = 4;
const barWidth = 3;
/** The least height of a bar that is not zero. */
const least = 1.5;

/** The outline of one bar per value, each 4 wide with its gap, scaled so that the largest fills the height. */
export function barPath(values: readonly number[], height: number): string {
  const top = Math.max(1, ...values);
  return values
    .map((value, index) => {
      if (value <= 0) return '';
      const tall = Math.max(least, (value / top) * height);
      return `M${index * step} ${height}v${-round(tall)}h${barWidth}v${round(tall)}z`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
