import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { concatMap, Observable } from 'rxjs';
import { droppedTagsOf } from './cache-policy.js';
import { ResponseCache } from './response-cache.js';

/** After a handler has written, drops what shows the old state, before the caller is told. */
@Injectable()
export class DropCacheInterceptor implements NestInterceptor {
  constructor(private readonly cache: ResponseCache) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const tags = droppedTagsOf(context.getHandler());
    return next.handle().pipe(concatMap(async (result: unknown) => (await this.cache.drop(tags), result)));
  }
}
