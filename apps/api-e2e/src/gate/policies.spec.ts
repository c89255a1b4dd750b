import { CacheInterceptor, CacheTTL } from '@nestjs/cache-manager';
import { Controller, Get, Post, StreamableFile, type Type, UseGuards, UseInterceptors } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import { ApiKeyScheme } from '@gatehouse/auth';
import type { CredentialScheme } from '@gatehouse/authentication';
import { Endpoint } from '@gatehouse/gate';
import { FeatureModule } from '@gatehouse/modules';
import { humanOnly, Public } from '@gatehouse/permissions';
import { SocketGateway } from '@gatehouse/sockets';
import { minutes, seconds } from '@gatehouse/throttle';
import { ProbeDto } from '../support/probe/probe.js';
import { TestApp } from '../support/test-app.js';

const cache = { ttl: minutes(1), tags: ['broken'] };

/** A feature with one route and the given declaration. */
function featureOf(controller: Type): Type {
  @FeatureModule({ root: 'broken', tag: 'Broken', description: 'Broken.' }, { controllers: [controller] })
  class BrokenModule {}
  return BrokenModule;
}

@Controller({ path: 'broken', version: '1' })
class CachedPostController {
  @Endpoint({ summary: 'x', permissions: Public, cache, response: ProbeDto })
  @Post()
  broken() {
    return new ProbeDto();
  }
}

@Controller({ path: 'broken', version: '1' })
class UnknownPermissionController {
  @Endpoint({ summary: 'x', permissions: 'users.wriet' })
  @Get()
  broken() {}
}

@Controller({ path: 'broken', version: '1' })
class CachedStreamController {
  @Endpoint({ summary: 'x', permissions: Public, cache, produces: ['text/plain'] })
  @Get()
  broken() {
    return new StreamableFile(Buffer.from('a'));
  }
}

@UseGuards({ canActivate: () => false })
@Controller({ path: 'broken', version: '1' })
class GuardedCacheController {
  @Endpoint({ summary: 'x', permissions: Public, cache, response: ProbeDto })
  @Get()
  broken() {
    return new ProbeDto();
  }
}

@Controller({ path: 'broken', version: '1' })
class CacheTtlController {
  @CacheTTL(5000)
  @Endpoint({ summary: 'x', permissions: Public, cache, response: ProbeDto })
  @Get()
  broken() {
    return new ProbeDto();
  }
}

class Missing implements CredentialScheme {
  readonly security = {};
  authenticate() {
    return undefined;
  }
}

@Controller({ path: 'broken', version: '1' })
class MissingSchemeController {
  @Endpoint({ summary: 'x', auth: [ApiKeyScheme, Missing], response: ProbeDto })
  @Get()
  broken() {}
}

@Controller({ path: 'broken', version: '1' })
class KeysForPeopleController {
  @Endpoint({ summary: 'x', auth: ApiKeyScheme, permissions: humanOnly, response: ProbeDto })
  @Get()
  broken() {}
}

@UseInterceptors(CacheInterceptor)
@Controller({ path: 'broken', version: '1' })
class OtherCacheController {
  @Endpoint({ summary: 'x', permissions: Public, response: ProbeDto })
  @Get()
  broken() {
    return new ProbeDto();
  }
}

@SocketGateway()
class UndeclaredGateway {
  @SubscribeMessage('broken')
  broken() {}
}

@SocketGateway()
class UnknownPermissionGateway {
  @Endpoint({ summary: 'x', permissions: 'users.wriet' })
  @SubscribeMessage('broken')
  broken() {}
}

@SocketGateway()
class TwinGateway {
  @Endpoint({ summary: 'x' })
  @SubscribeMessage('echo')
  broken() {}
}

@WebSocketGateway({ path: '/other' })
class OtherPathGateway {
  @Endpoint({ summary: 'x' })
  @SubscribeMessage('broken')
  broken() {}
}

@SocketGateway()
class ScalarGateway {
  @Endpoint({ summary: 'x' })
  @SubscribeMessage('broken')
  broken(@MessageBody() _text: string) {}
}

describe('A policy that cannot work', () => {
  it.each([
    ['a cache on a POST', CachedPostController, 'CachedPostController.broken: only a GET can be cached'],
    ['an unknown permission', UnknownPermissionController, 'unknown permission "users.wriet"'],
    [
      'a scheme that no module provides',
      MissingSchemeController,
      '`auth` names a scheme that no module provides',
    ],
    ['API keys alone, for people alone', KeysForPeopleController, '`auth` takes API keys alone'],
    ['a cache time beside the declaration', CacheTtlController, 'declare `cache` in @Endpoint'],
    ['a cache that knows no callers', OtherCacheController, 'declare `cache` in @Endpoint'],
    ['a cache behind guards of its own', GuardedCacheController, 'a cached route cannot have @UseGuards'],
    [
      'a cached stream',
      CachedStreamController,
      'CachedStreamController.broken: only a response with a DTO can be cached',
    ],
  ])('stops the start: %s', async (_, controller, message) => {
    await expect(TestApp.start({}, [featureOf(controller)])).rejects.toThrow(message);
  });

  it.each([
    ['without a declaration', UndeclaredGateway, 'UndeclaredGateway.broken: a message must be declared'],
    ['of an unknown permission', UnknownPermissionGateway, 'unknown permission "users.wriet"'],
    ['that another gateway handles', TwinGateway, 'another gateway handles "echo" as well'],
    ['at a path of its own', OtherPathGateway, 'must be declared with @SocketGateway()'],
    ['with a scalar payload', ScalarGateway, 'must have a DTO class with validation rules'],
  ])('stops the start: a message %s', async (_, gateway, message) => {
    @FeatureModule({ root: 'broken', tag: 'Broken', description: 'Broken.' }, { providers: [gateway] })
    class BrokenModule {}
    await expect(TestApp.start({}, [BrokenModule])).rejects.toThrow(message);
  });

  it.each([
    ['a cache', { cache }],
    ['a response', { response: ProbeDto }],
    ['middlewares', { middlewares: [] }],
    ['a limit of 0', { throttle: { limit: 0, ttl: seconds(1) } }],
  ])('cannot even be declared: a message with %s', (_, options) => {
    const declare = () => {
      class BrokenGateway {
        @Endpoint({ summary: 'x', permissions: Public, ...options })
        @SubscribeMessage('broken')
        broken() {}
      }
      return BrokenGateway;
    };
    expect(declare).toThrow(/of a message has no option|must be an integer/);
  });

  it('stops the start: a permission that two features declare', async () => {
    @FeatureModule(
      {
        root: 'users',
        tag: 'x',
        description: 'x',
        permissions: [{ name: 'users.write', description: 'x', defaultRoles: [] }],
      },
      {},
    )
    class TwinModule {}
    await expect(TestApp.start({}, [TwinModule])).rejects.toThrow('"users" is declared twice');
  });

  it.each([
    ['a limit of 0', { throttle: { limit: 0, ttl: seconds(1) } }],
    ['half a request', { throttle: { limit: 0.5, ttl: seconds(1) } }],
    ['a window of nothing', { throttle: { limit: 1, ttl: 0 } }],
    ['a cache for no time', { cache: { ttl: 0, tags: ['a'] } }],
    ['a cache that nothing invalidates', { cache: { ttl: minutes(1), tags: [] } }],
    ['no way to authenticate', { auth: [] }],
    ['a function without a name', { auth: [async () => undefined] }],
    ['an option that does not exist', { drops: ['a'] }],
  ])('cannot even be declared: %s', (_, options) => {
    const declare = () => {
      class BrokenController {
        @Endpoint({ summary: 'x', permissions: Public, response: ProbeDto, ...options })
        @Get()
        broken() {}
      }
      return BrokenController;
    };
    expect(declare).toThrow(
      /must be|needs at least|must name a scheme|must have a name|has no option "drops"/,
    );
  });
});
