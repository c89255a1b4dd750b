import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { concatMap, Observable } from 'rxjs';
import { droppedTagsOf } from './cache-policy.js';
import { ResponseCache } from './response-cache.js';

/** Invalidates the tags of a successful write before its response is sent. */
@Injectable()
export class DropCacheInterceptor implements NestInterceptor {
  constructor(private readonly cache: ResponseCache) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const tags = droppedTagsOf(context.getHandler());
    return next.handle().pipe(concatMap(async (result: unknown) => (await this.cache.drop(tags), result)));
  }
}
