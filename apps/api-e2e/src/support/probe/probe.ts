import { setTimeout as sleep } from 'node:timers/promises';
import { createParamDecorator, ExecutionContext, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Middleware } from '@gatehouse/http';
import type { Permission } from '@gatehouse/permissions';
import { BooleanField, IntegerField, StringField } from '@gatehouse/validation';

/** Counters and delays of the handlers, which specs read and set. */
@Injectable()
export class Probe {
  readonly calls = new Map<string, number>();
  delayMs = 0;
  value = 0;

  /** Counts a call and waits. */
  async call(name: string): Promise<number> {
    const count = (this.calls.get(name) ?? 0) + 1;
    this.calls.set(name, count);
    if (this.delayMs > 0) await sleep(this.delayMs);
    return count;
  }
}

export class ProbeDto {
  @ApiProperty({ example: 'demo' })
  caller: string;

  @ApiProperty({ example: 1 })
  count: number;

  @ApiProperty({ example: 0 })
  value: number;

  @ApiProperty({ required: false, example: 'text' })
  text?: string;
}

export class ProbeQuery {
  @IntegerField({ min: 1, max: 100, default: 1 })
  page: number;

  @StringField({ max: 100, optional: true })
  q?: string;

  @BooleanField({ optional: true })
  flag?: boolean;
}

export class ProbeParams {
  @StringField({ min: 1, max: 500 })
  text: string;
}

/** Allows after a delay, like a slow look-up. */
@Injectable()
export class SlowPermission implements Permission {
  constructor(private readonly probe: Probe) {}

  async allows(): Promise<boolean> {
    if (this.probe.delayMs > 0) await sleep(Math.random() * this.probe.delayMs);
    return true;
  }
}

/** Never allows. */
@Injectable()
export class ClosedPermission implements Permission {
  allows(): boolean {
    return false;
  }
}

/** Adds its name to a header on the way in and on the way out. */
export class TraceMiddleware implements Middleware {
  constructor(private readonly name: string) {}

  before(_: unknown, reply: FastifyReply): void {
    reply.header('x-in', [reply.getHeader('x-in'), this.name].filter(Boolean).join(' '));
  }

  after(_: unknown, reply: FastifyReply): void {
    reply.header('x-out', [reply.getHeader('x-out'), this.name].filter(Boolean).join(' '));
  }
}

export type SetHeader = (name: string, value: string) => void;

/** Sets a header of the reply. (The reply itself is thenable, and Nest would wait for it.) */
export const Headers = createParamDecorator((_: unknown, context: ExecutionContext): SetHeader => {
  const reply = context.switchToHttp().getResponse<FastifyReply>();
  return (name, value) => void reply.header(name, value);
});
