import { logScope, redactText } from '@gatehouse/text';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { BatchedStream } from './batched-stream.js';
import { redact } from './redact.js';
import { timestamp } from './timestamp.js';

export type { Logger } from 'pino';

const NO_SCOPE = {};

let standardOutput: DestinationStream | undefined;

/** One asynchronous stream per process, shared by its applications and flushed at exit. */
function processDestination(): DestinationStream {
  if (!standardOutput) {
    const batched = new BatchedStream(pino.destination({ fd: 1, sync: false }));
    process.on('exit', () => batched.flushSync());
    standardOutput = batched;
  }
  return standardOutput;
}

/**
 * Creates a logger that writes one JSON object per line, without secrets: fields with a secret's name and secrets in
 * texts are redacted. A `fatal` line is on disk before the call returns.
 * @param level lowest level that is written: `fatal`, `error`, `warn`, `info`, `debug`, `trace`, `silent`
 * @param destination destination of the lines; standard output by default
 */
export function createLogger(level: string, destination: DestinationStream = processDestination()): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp,
      mixin: () => logScope.getStore() ?? NO_SCOPE,
      // Lines that name their request, such as those of the access log, are written as they are.
      mixinMergeStrategy: (line, scope) => ('requestId' in line ? line : { ...scope, ...line }),
      serializers: { err: (error: unknown) => error },
      formatters: {
        level: (label) => ({ level: label }),
        log: (line) => redact(line) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withSafeMessage(args));
        },
      },
    },
    destination,
  );
}

type LogArguments = Parameters<NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>>[0];

/** Pino would copy a missing message from the error without redaction. */
function withSafeMessage(args: LogArguments): LogArguments {
  const [first, message, ...rest] = args as unknown as [unknown, unknown, ...unknown[]];
  if (typeof first === 'string') return [redactText(first), message, ...rest] as unknown as LogArguments;
  const err = first instanceof Error ? first : (first as { err?: unknown } | undefined)?.err;
  const text = message ?? (err instanceof Error ? err.message : undefined);
  const line = first instanceof Error ? { err } : first;
  return [line, typeof text === 'string' ? redactText(text) : text, ...rest] as unknown as LogArguments;
}
