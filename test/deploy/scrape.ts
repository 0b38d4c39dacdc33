/** The labels of each series in a scrape, by metric name. */
export type Scrape = ReadonlyMap<string, ReadonlySet<string>>;

/** Parses Prometheus text format; a metric without a series yet is included, without labels. */
export function parseScrape(...texts: readonly string[]): Scrape {
  const found = new Map<string, Set<string>>();
  const labelsOf = (name: string) => found.get(name) ?? found.set(name, new Set()).get(name);
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const [, declared = '', type] = /^# TYPE (\S+) (\w+)/.exec(line) ?? [];
    const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (declared) for (const series of seriesOf(declared, type)) labelsOf(series);
    if (name) for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) labelsOf(name)?.add(label);
  }
  return found;
}

function seriesOf(metric: string, type: string | undefined): readonly string[] {
  return type === 'histogram' ? [`${metric}_bucket`, `${metric}_sum`, `${metric}_count`] : [metric];
}
