import type { ModuleRef } from '@nestjs/core';
import { useContainer } from 'class-validator';

/**
 * Lets class-validator take the rules that are providers from Nest, with what is injected into them.
 *
 * It asks for the class of every rule at every check, and to Nest a class that is no provider is an error, which costs
 * ten times the validation: so each answer is remembered.
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
