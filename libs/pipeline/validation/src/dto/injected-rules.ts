import type { ModuleRef } from '@nestjs/core';
import { useContainer } from 'class-validator';

/**
 * Lets class-validator take rules that are Nest providers, with their injected dependencies. It requests the class of
 * every rule at every check, and a class that is not a provider makes Nest throw, which costs ten times the
 * validation: each result is remembered.
 */
export function injectRules(moduleRef: ModuleRef): void {
  const rules = new Map<unknown, unknown>();
  const get = (type: never): unknown => {
    if (!rules.has(type)) rules.set(type, find(moduleRef, type));
    return rules.get(type);
  };
  useContainer({ get: get as never }, { fallback: true });
}

function find(moduleRef: ModuleRef, type: never): unknown {
  try {
    return moduleRef.get(type, { strict: false });
  } catch {
    return undefined;
  }
}
