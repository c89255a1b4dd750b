import { Injectable, OnApplicationBootstrap, RequestMethod, Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { authenticationOf, CredentialSchemes } from '@gatehouse/authentication';
import { CACHE_KEY_METADATA, CACHE_TTL_METADATA, CacheInterceptor } from '@nestjs/cache-manager';
import { cachePolicyOf } from '@gatehouse/cache';
import { PermissionCatalogue, permissionsOf, Public } from '@gatehouse/permissions';
import { ThrottlePolicies } from '@gatehouse/throttle';
import { inputsOf } from '@gatehouse/validation';
import { GUARDS_METADATA, INTERCEPTORS_METADATA, METHOD_METADATA } from '@gatehouse/http';
import { endpointOf } from './endpoint-options.js';
import { Messages } from './messages.js';
import { acceptsApiKeys } from './operation-policies.js';

/** Stops the start when an endpoint declares a policy that cannot work. */
@Injectable()
export class PolicyCheck implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly catalogue: PermissionCatalogue,
    private readonly throttles: ThrottlePolicies,
    private readonly messages: Messages,
    private readonly schemes: CredentialSchemes,
  ) {}

  onApplicationBootstrap(): void {
    const problems: string[] = [];
    for (const { metatype, instance } of this.discovery.getControllers()) {
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const method = Reflect.getMetadata(METHOD_METADATA, prototype[name]!) as RequestMethod | undefined;
        if (method === undefined) continue;
        const found = this.check(metatype as Type, prototype[name]!, method);
        problems.push(...found.map((problem) => `${metatype!.name}.${name}: ${problem}`));
        inputsOf(metatype as Type, name);
        this.throttles.of(metatype as Type, prototype[name] as never);
      }
    }
    for (const { event, gateway, handler } of this.messages.all) {
      const name = `${gateway.name}.${handler.name}`;
      problems.push(...this.checkMessage(handler).map((problem) => `${name}: ${problem}`));
      if (this.messages.all.some((other) => other.event === event && other.handler !== handler))
        problems.push(`${name}: another gateway handles "${event}" as well`);
      inputsOf(gateway, handler.name);
    }
    if (problems.length > 0)
      throw new Error(`These endpoints declare a policy that cannot work:\n  ${problems.join('\n  ')}`);
  }

  private checkMessage(handler: object): string[] {
    return endpointOf(handler)
      ? this.unknownPermissions(handler)
      : ['a message must be declared with @Endpoint() above @SubscribeMessage()'];
  }

  private unknownPermissions(handler: object): string[] {
    const rules = permissionsOf(handler);
    const names = rules === Public ? [] : rules.filter((rule) => typeof rule === 'string');
    const unknown = names.filter((name) => !this.catalogue.has(name));
    return unknown.map((name) => `unknown permission "${name}"`);
  }

  private check(controller: Type, handler: object, method: RequestMethod): string[] {
    const problems = [...this.unknownPermissions(handler), ...this.checkAuthentication(handler, method)];
    if (usesOtherCache(controller, handler)) {
      problems.push(
        '@CacheTTL, @CacheKey and the CacheInterceptor of @nestjs/cache-manager know neither callers nor tags: declare `cache` in @Endpoint',
      );
    }
    if (!cachePolicyOf(handler)) return problems;
    if (method !== RequestMethod.GET) problems.push('only a GET can be cached');
    if (!endpointOf(handler)?.response) problems.push('only a response with a DTO can be cached, no stream');
    if ([controller, handler].some((target) => Reflect.hasMetadata(GUARDS_METADATA, target))) {
      problems.push(
        'a cached route cannot have @UseGuards, which a hit would not pass: make it a permission',
      );
    }
    return problems;
  }

  private checkAuthentication(handler: object, method: RequestMethod): string[] {
    if (!authenticationOf(handler)) return [];
    try {
      const takesKeysAlone = this.schemes.of(handler).every(({ isApiKey }) => isApiKey);
      return takesKeysAlone && !acceptsApiKeys(permissionsOf(handler), RequestMethod[method])
        ? ['`auth` takes API keys alone, and the permissions refuse each of them']
        : [];
    } catch {
      return ['`auth` names a scheme that no module provides'];
    }
  }
}

function usesOtherCache(...targets: object[]): boolean {
  return targets.some((target) => {
    const interceptors = (Reflect.getMetadata(INTERCEPTORS_METADATA, target) ?? []) as unknown[];
    return (
      Reflect.hasMetadata(CACHE_TTL_METADATA, target) ||
      Reflect.hasMetadata(CACHE_KEY_METADATA, target) ||
      interceptors.includes(CacheInterceptor)
    );
  });
}
