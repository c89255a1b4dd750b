import { CanActivate, ExecutionContext, Injectable, Type } from '@nestjs/common';
import { requestOf } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import { inputsOf, RouteInputs } from './route/inputs-of.js';
import { RouteValidator } from './route/route-validator.js';

/**
 * The last guard of the gate: validates path, query and body, so that the cache, an interceptor, already looks up the
 * validated query. The handler's `@Param()`, `@Query()` and `@Body()` are the instances that it made.
 */
@Injectable()
export class ValidationGuard implements CanActivate {
  private readonly routes = new Map<object, RouteValidator>();

  /** @throws ValidationProblem, or a problem with status 400, 413 or 415 for a body that cannot be read */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = requestOf(context);
    const route =
      this.routes.get(context.getHandler()) ?? this.resolve(context.getClass(), context.getHandler());
    const pending = route.validate(request);
    if (pending) return pending.then(() => this.pass(request));
    return this.pass(request);
  }

  /** The declared input of a route; override it to declare inputs in another way. */
  protected inputsOf(controller: Type, method: string): RouteInputs {
    return inputsOf(controller, method);
  }

  private pass(request: FastifyRequest): true {
    request.gate.mark('validation');
    return true;
  }

  private resolve(controller: Type, handler: object): RouteValidator {
    const route = new RouteValidator(this.inputsOf(controller, methodName(controller, handler)));
    this.routes.set(handler, route);
    return route;
  }
}

/** The name under which a controller has a method; a decorator may have given the function another. */
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
