import type { LoggerService } from '@nestjs/common';
import type { Level, Logger } from 'pino';

const STACK = /\n[ \t]+at /;
/** Parts of Nest that log each module and route at start; logged at debug level. */
const CHATTY = new Set([
  'InstanceLoader',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/** Nest's logger on pino: `NestFactory.create(module, adapter, { logger: new PinoLogger(logger) })`. */
export class PinoLogger implements LoggerService {
  constructor(readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(CHATTY.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes `(message, ...more, context)`, and for errors `(message, stack?, context)`. */
  protected write(level: Level, message: unknown, rest: unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const texts = rest.filter((item): item is string => typeof item === 'string');
    const stack = texts.find((text) => STACK.test(text));
    const context = texts.findLast((text) => text !== stack);
    const more = rest.filter((item) => item !== undefined && item !== context && item !== stack);
    const line = { ...(context && { context }), ...(stack && { stack }), ...(more.length > 0 && { more }) };
    if (message instanceof Error) this.logger[level]({ ...line, err: message }, message.message);
    else if (typeof message === 'string') this.logger[level](line, message);
    else this.logger[level]({ ...line, message });
  }
}
