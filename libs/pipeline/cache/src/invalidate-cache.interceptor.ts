import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { concatMap, Observable } from 'rxjs';
import { invalidatedTagsOf } from './cache-policy.js';
import { ResponseCache } from './response-cache.js';

/** Invalidates the tags of a successful write before its response is sent. */
@Injectable()
export class InvalidateCacheInterceptor implements NestInterceptor {
  constructor(private readonly cache: ResponseCache) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const tags = invalidatedTagsOf(context.getHandler());
    return next
      .handle()
      .pipe(concatMap(async (result: unknown) => (await this.cache.invalidate(tags), result)));
  }
}
