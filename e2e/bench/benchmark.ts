import { cpus, totalmem } from 'node:os';

/** One thing that `npm run bench` can measure. Its flags are numbers. */
export interface Benchmark {
  readonly summary: string;
  readonly flags: Readonly<Record<string, { readonly help: string; readonly default: number }>>;
  run(flag: (name: string) => number): Promise<void>;
}

/** Where the figures come from: they mean little without it. */
export function machine(): string {
  const cores = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${gib} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Rows of cells under each other. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
    );
  }
}
