import 'reflect-metadata';
import { CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import {
  CanActivate,
  Controller,
  ExecutionContext,
  Get,
  Injectable,
  Module,
  Query,
  UnauthorizedException,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { settings } from './settings.js';

/**
 * The same stages assembled from the pages of docs.nestjs.com on authentication, rate limiting, caching and
 * validation: a string as the secret, a guard that verifies the token of each request, the throttler's guard with its
 * storage in memory, the cache interceptor, and the validation pipe for all routes.
 */
const books: unknown = JSON.parse(settings.body);

class ListBooksQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  page = 1;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  pageSize = 10;
}

@Injectable()
class AuthGuard implements CanActivate {
  constructor(private readonly jwtService: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: object }>();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer' || !token) throw new UnauthorizedException();
    try {
      request.user = await this.jwtService.verifyAsync(token);
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}

@UseGuards(AuthGuard)
@Controller('api/v1/books')
class BooksController {
  @Get()
  list(@Query() _query: ListBooksQuery) {
    return books;
  }
}

@Module({
  imports: [
    JwtModule.register({ global: true, secret: settings.jwtSecret, signOptions: { expiresIn: '1d' } }),
    ThrottlerModule.forRoot([{ ttl: 60_000, limit: 1_000_000_000 }]),
    CacheModule.register({ ttl: 300_000 }),
  ],
  controllers: [BooksController],
  providers: [
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_INTERCEPTOR, useClass: CacheInterceptor },
  ],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: false,
});
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
await app.listen(settings.port, settings.host!);
