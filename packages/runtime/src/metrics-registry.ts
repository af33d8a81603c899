/** Values of labels, in the order of their names. */
export type Labels = readonly string[];

/** One family of series in the Prometheus text format. */
export interface Metric {
  readonly name: string;
  /** The lines of the family, `# HELP` and `# TYPE` first; `''` when it has no series. */
  render(): string | Promise<string>;
}

export class MetricsRegistry {
  readonly #metrics: Metric[] = [];

  /** @throws when the name is taken */
  register<M extends Metric>(metric: M): M {
    if (this.#metrics.some(({ name }) => name === metric.name))
      throw new Error(`metric '${metric.name}' exists already`);
    this.#metrics.push(metric);
    return metric;
  }

  /** @see https://prometheus.io/docs/instrumenting/exposition_formats/ version 0.0.4 */
  async render(): Promise<string> {
    const families = await Promise.all(this.#metrics.map((metric) => Promise.resolve(metric.render())));
    return families.join('');
  }
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

interface Description {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** A counter or a gauge, as `type` says. */
export class Scalar implements Metric {
  readonly name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #type: 'counter' | 'gauge';
  readonly #series = new Map<string, { readonly labels: Labels; value: number }>();

  constructor(type: 'counter' | 'gauge', { name, help, labels = [] }: Description) {
    this.name = name;
    this.#help = help;
    this.#labels = labels;
    this.#type = type;
  }

  inc(labels: Labels = [], by = 1): void {
    this.#at(labels).value += by;
  }

  set(labels: Labels, value: number): void {
    this.#at(labels).value = value;
  }

  /** Removes the series whose first labels are `prefix`. */
  remove(prefix: Labels): void {
    for (const [key, { labels }] of this.#series) if (startsWith(labels, prefix)) this.#series.delete(key);
  }

  render(): string {
    const lines = [...this.#series.values()].map(
      ({ labels, value }) => `${this.name}${renderLabels(this.#labels, labels)} ${value}\n`,
    );
    return family(this.name, this.#type, this.#help, lines);
  }

  #at(labels: Labels): { value: number } {
    return this.#series.getOrInsertComputed(labels.join('\u0000'), () => ({ labels, value: 0 }));
  }
}

/** A gauge or counter whose series are computed when they are asked for. */
export class Computed implements Metric {
  readonly name: string;
  readonly #description: Description;
  readonly #type: 'counter' | 'gauge';
  readonly #collect: () => Iterable<readonly [Labels, number]> | Promise<Iterable<readonly [Labels, number]>>;

  constructor(
    type: 'counter' | 'gauge',
    description: Description,
    collect: () => Iterable<readonly [Labels, number]> | Promise<Iterable<readonly [Labels, number]>>,
  ) {
    this.name = description.name;
    this.#type = type;
    this.#description = description;
    this.#collect = collect;
  }

  async render(): Promise<string> {
    const { help, labels = [] } = this.#description;
    const series = await this.#collect();
    const lines = Array.from(series, ([values, value]) => `${this.name}${renderLabels(labels, values)} ${value}\n`);
    return family(this.name, this.#type, help, lines);
  }
}

export class Histogram implements Metric {
  readonly name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { readonly labels: Labels; readonly counts: number[]; sum: number }>();

  /** @param bounds upper bounds of the buckets, ascending, without +Inf */
  constructor({ name, help, labels = [] }: Description, bounds: readonly number[]) {
    this.name = name;
    this.#help = help;
    this.#labels = labels;
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    const series = this.#series.getOrInsertComputed(labels.join('\u0000'), () => ({
      labels,
      counts: this.#bounds.map(() => 0).concat(0),
      sum: 0,
    }));
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    const index = bucket < 0 ? this.#bounds.length : bucket;
    series.counts[index] = series.counts[index]! + 1;
    series.sum += value;
  }

  /** Removes the series whose first labels are `prefix`. */
  remove(prefix: Labels): void {
    for (const [key, { labels }] of this.#series) if (startsWith(labels, prefix)) this.#series.delete(key);
  }

  render(): string {
    const lines = [...this.#series.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, index) => {
        total += count;
        const bound = index < this.#bounds.length ? String(this.#bounds[index]) : '+Inf';
        return `${this.name}_bucket${renderLabels([...this.#labels, 'le'], [...labels, bound])} ${total}\n`;
      });
      const own = renderLabels(this.#labels, labels);
      return [...buckets, `${this.name}_sum${own} ${sum}\n`, `${this.name}_count${own} ${total}\n`];
    });
    return family(this.name, 'histogram', this.#help, lines);
  }
}

/** `count` bounds from `min` to `max`, each the same factor above the one before. */
export function exponentialBounds(min: number, max: number, count: number): number[] {
  const factor = (max / min) ** (1 / (count - 1));
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? max : Number((min * factor ** i).toPrecision(6))));
}

function family(name: string, type: string, help: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function renderLabels(names: readonly string[], values: Labels): string {
  if (names.length === 0) return '';
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`);
  return `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function startsWith(labels: Labels, prefix: Labels): boolean {
  return prefix.every((value, index) => labels[index] === value);
}
