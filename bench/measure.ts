/** One figure of a bench, with what it counts. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** CPU time of the process (user and system, compiler and garbage collection included), in microseconds. */
export function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Runs `round` once to warm up and then some times; the median of its CPU microseconds per item. */
export async function cpuPerItem(rounds: number, items: number, round: () => Promise<void>): Promise<number> {
  await round();
  const figures: number[] = [];
  for (let run = 0; run < rounds; run += 1) {
    const before = cpuMicroseconds();
    await round();
    figures.push((cpuMicroseconds() - before) / items);
  }
  return median(figures);
}

/** A table of figures. */
export function table(title: string, figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const rows = figures.map(({ name, value, unit }) => `  ${name.padEnd(width)}  ${value.toFixed(value < 100 ? 1 : 0).padStart(9)} ${unit}`);
  return [title, ...rows, ''].join('\n');
}

/** The same, for figures of which several have one name: a row a name, a column a unit. */
export function grid(title: string, figures: readonly Figure[]): string {
  const names = [...new Set(figures.map(({ name }) => name))];
  const units = [...new Set(figures.map(({ unit }) => unit))];
  const width = Math.max(...names.map(({ length }) => length));
  const cell = (name: string, unit: string): string => {
    const figure = figures.find((one) => one.name === name && one.unit === unit);
    const text = figure ? figure.value.toFixed(figure.value >= 100 ? 0 : figure.value >= 10 ? 1 : 3) : '';
    return text.padStart(Math.max(unit.length, 8));
  };
  const heads = units.map((unit) => unit.padStart(Math.max(unit.length, 8))).join('  ');
  const rows = names.map((name) => `  ${name.padEnd(width)}  ${units.map((unit) => cell(name, unit)).join('  ')}`);
  return [title, `  ${' '.repeat(width)}  ${heads}`, ...rows, ''].join('\n');
}
