/** Prints a measured figure to the output of the run. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
