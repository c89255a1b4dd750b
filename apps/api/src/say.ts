// A closed pipe, e.g. of `head`, must not end the process or its work.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

/** Prints a line to the terminal. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);
