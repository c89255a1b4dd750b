/**
 * Loaded into a process of the application with `--import` and `--expose-gc`: on SIGUSR2 it collects garbage and prints
 * the remaining memory.
 */
const collect = (globalThis as { gc?: () => void }).gc!;

process.on('SIGUSR2', () => {
  for (let n = 0; n < 3; n++) collect();
  process.stdout.write(`memory ${JSON.stringify(process.memoryUsage())}\n`);
});
