import type { Type } from '@nestjs/common';
import { DECORATORS, PartialType } from '@nestjs/swagger';
import { dropDefaults } from '../dto/complete.js';
import { fieldNamesOf } from '../dto/dto-metadata.js';

const { API_MODEL_PROPERTIES: API_PROPERTY } = DECORATORS;

/**
 * The DTO of a partial update: every field may be absent, and an absent field keeps its value, so defaults do not
 * apply. Unlike `PartialType`, it refuses `null` for fields that are not nullable.
 */
export function PatchType<T extends object>(type: Type<T>): Type<Partial<T>> {
  const partial = PartialType(type, { skipNullProperties: false });
  dropDefaults(partial);
  for (const name of fieldNamesOf(partial)) dropDocumentedDefault(partial, name);
  return partial;
}

function dropDocumentedDefault(type: Type, property: string): void {
  const documented = Reflect.getMetadata(API_PROPERTY, type.prototype, property) as
    { default?: unknown } | undefined;
  if (documented?.default === undefined) return;
  const { default: _, ...kept } = documented;
  Reflect.defineMetadata(API_PROPERTY, kept, type.prototype, property);
}
