import type { Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/internal.js';

/** Names of the parameters in a route's path, that of its controller included; `*` is a wildcard. */
export function pathParametersOf(controller: Type, handler: object): ReadonlySet<string> {
  const paths = [
    Reflect.getMetadata(PATH_METADATA, controller),
    Reflect.getMetadata(PATH_METADATA, handler),
  ].flat();
  const names = new Set<string>();
  for (const path of paths) {
    for (const [, name] of String(path ?? '').matchAll(/:([A-Za-z_$][\w$]*)/g)) names.add(name!);
    if (String(path ?? '').includes('*')) names.add('*');
  }
  return names;
}
