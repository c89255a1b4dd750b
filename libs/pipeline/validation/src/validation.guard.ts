import { CanActivate, ExecutionContext, Injectable, OnModuleInit, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { isMessage, requestOf } from '@gatehouse/http';
import { Storage } from '@gatehouse/storage';
import type { FastifyRequest } from 'fastify';
import { injectRules } from './dto/injected-rules.js';
import { inputsOf } from './route/inputs-of.js';
import { RouteValidator } from './route/route-validator.js';
import { ValidationPipe } from './validation.pipe.js';

/**
 * Has the {@link ValidationPipe} validate path, query and body before the cache lookup, which needs the validated
 * query. The handler's `@Param()`, `@Query()` and `@Body()` receive the same instances: the pipe passes them through
 * when Nest calls it again. A pipe declared on the route, as in `@UsePipes(new ValidationPipe({ groups }))`, replaces
 * the application's.
 */
@Injectable()
export class ValidationGuard implements CanActivate, OnModuleInit {
  private readonly routes = new Map<object, RouteValidator>();

  constructor(
    private readonly pipe: ValidationPipe,
    private readonly moduleRef: ModuleRef,
  ) {}

  onModuleInit(): void {
    injectRules(this.moduleRef);
  }

  /** @throws ValidationProblem, or a problem with status 400, 413 or 415 for an unreadable body */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = requestOf(context);
    const route =
      this.routes.get(context.getHandler()) ?? this.resolve(context.getClass(), context.getHandler());
    const pending = isMessage(context) ? this.validateMessage(route, context) : route.validate(request);
    if (pending) return pending.then(() => this.pass(request));
    return this.pass(request);
  }

  /** Replaces the payload, which Nest hands over after the socket. */
  private async validateMessage(route: RouteValidator, context: ExecutionContext): Promise<void> {
    const args = context.getArgs<unknown[]>();
    args[1] = await route.validateMessage(args[1]);
  }

  private pass(request: FastifyRequest): true {
    request.gate.mark('validation');
    return true;
  }

  private resolve(controller: Type, handler: object): RouteValidator {
    const inputs = inputsOf(controller, methodName(controller, handler));
    const storage = inputs.body.files.size > 0 ? this.moduleRef.get(Storage, { strict: false }) : undefined;
    const route = new RouteValidator(inputs, this.pipe, storage);
    this.routes.set(handler, route);
    return route;
  }
}

/** The name of the property that holds the handler; a decorator may have renamed the function itself. */
function methodName(controller: Type, handler: object): string {
  for (
    let owner: object = controller.prototype;
    owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (value === handler) return name;
    }
  }
  throw new Error(`${controller.name} has no such method`);
}
