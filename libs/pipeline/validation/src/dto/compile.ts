import { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import { CompiledDto } from './compiled-dto.js';
import { compileField } from './compile-field.js';

const compiled = new WeakMap<Type, CompiledDto<object>>();

/**
 * The compiled form of a DTO class, made on first use.
 *
 * @throws Error when the class has no rules, or uses what is not supported: groups, async rules, promises
 */
export function compile<T extends object>(type: Type<T>): CompiledDto<T> {
  let dto = compiled.get(type) as CompiledDto<T> | undefined;
  if (!dto) {
    dto = build(type);
    compiled.set(type, dto);
    link(type, dto);
  }
  return dto;
}

/** After the class is in the map, since a nested DTO may hold it again. */
function link(type: Type, dto: CompiledDto<object>): void {
  try {
    dto.link();
  } catch (error) {
    compiled.delete(type);
    throw error;
  }
}

function build<T extends object>(type: Type<T>): CompiledDto<T> {
  const byProperty = new Map<string, ValidationMetadata[]>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)) {
    const known = byProperty.get(metadata.propertyName);
    if (known) known.push(metadata);
    else byProperty.set(metadata.propertyName, [metadata]);
  }
  if (byProperty.size === 0)
    throw new Error(`${type.name} has no validation rules, so no input could be valid`);
  // Decorators run from the last one written to the first.
  const fields = [...byProperty].map(([name, metadata]) =>
    compileField(type, name, metadata.toReversed(), compile),
  );
  return new CompiledDto(type, fields);
}
