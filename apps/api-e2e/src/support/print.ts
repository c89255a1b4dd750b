/** Shows a figure that a spec has measured in the output of the run. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
