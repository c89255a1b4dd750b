import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { answered, replyOf } from '@gatehouse/http';
import { cachePolicyOf } from './cache-policy.js';
import { CacheInterceptor } from './cache.interceptor.js';

/**
 * The early cache read. It is the last guard, because it needs the validated query and every check must have passed.
 * A hit is answered here, which saves Nest's interceptors, a sixth of the whole request.
 */
@Injectable()
export class CacheGuard implements CanActivate {
  constructor(private readonly cache: CacheInterceptor) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return cachePolicyOf(context.getHandler()) ? this.lookUp(context) : true;
  }

  private async lookUp(context: ExecutionContext): Promise<true> {
    const found = await this.cache.lookUp(context);
    if (!found || !('body' in found)) return true;
    void replyOf(context).send(found.body);
    throw answered;
  }
}
