import { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { getMetadataStorage, IS_DEFINED, ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import type { CompiledDto } from './compiled-dto.js';
import { defaultOf } from './default-value.js';
import { Condition, Field, Transform } from './field.js';
import { kindOf } from './kind.js';
import { Rule } from './rule.js';
import { transformerStorage } from './transformer-storage.js';

type Compile = (type: Type<object>) => CompiledDto<object>;

/** @param metadata the property's decorators in the order in which they are written */
export function compileField(
  type: Type<object>,
  name: string,
  metadata: readonly ValidationMetadata[],
  compile: Compile,
): Field {
  const where = `${type.name}.${name}`;
  refuseUnsupported(type, name, metadata, where);
  const conditions = metadata.filter((each) => each.type === ValidationTypes.CONDITIONAL_VALIDATION);
  const nested = metadata.find((each) => each.type === ValidationTypes.NESTED_VALIDATION);
  const designType: unknown = Reflect.getMetadata('design:type', type.prototype, name);
  const namedType = transformerStorage.findTypeMetadata(type, name)?.typeFunction;
  return new Field({
    name,
    kind: kindOf(metadata, primitiveOf(namedType, nested), designType),
    isArray: designType === Array || metadata.some((each) => each.name === 'isArray' || isNestedEach(each)),
    conditions: conditions.map((each) => each.constraints[0] as Condition),
    rules: metadata.flatMap((each) => rulesOf(each, where)),
    transforms: transformsOf(type, name),
    makeDefault: defaultOf(conditions),
    nested: nested && nestedDto(namedType, designType, where, compile),
    nestedMessage: `${name} must be an object`,
  });
}

function rulesOf(metadata: ValidationMetadata, where: string): Rule[] {
  if (metadata.type !== ValidationTypes.CUSTOM_VALIDATION && metadata.type !== IS_DEFINED) return [];
  const constraints = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (constraints.length === 0)
    throw new Error(`${where}: the class of its rule lacks @ValidatorConstraint()`);
  if (constraints.some((constraint) => constraint.async))
    throw new Error(`${where}: async rules are not supported`);
  return constraints.map((constraint) => new Rule(metadata, constraint));
}

function refuseUnsupported(
  type: Type<object>,
  name: string,
  metadata: readonly ValidationMetadata[],
  where: string,
): void {
  if (metadata.some((each) => each.type === ValidationTypes.PROMISE_VALIDATION)) {
    throw new Error(`${where}: @ValidatePromise() is not supported`);
  }
  if (metadata.some((each) => each.groups?.length)) throw new Error(`${where}: groups are not supported`);
  if (transformerStorage.findExposeMetadata(type, name)?.options.name) {
    throw new Error(`${where}: @Expose({ name }) is not supported`);
  }
  if (transformerStorage.findTypeMetadata(type, name)?.options?.discriminator) {
    throw new Error(`${where}: the discriminator of @Type() is not supported`);
  }
}

function transformsOf(type: Type<object>, name: string): Transform[] {
  const { PLAIN_TO_CLASS } = TransformationType;
  return transformerStorage
    .findTransformMetadatas(type, name, PLAIN_TO_CLASS)
    .map(({ transformFn }) => (value, obj) => {
      return transformFn({ value, key: name, obj, type: PLAIN_TO_CLASS, options: {} }) as unknown;
    });
}

function isNestedEach(metadata: ValidationMetadata): boolean {
  return metadata.type === ValidationTypes.NESTED_VALIDATION && metadata.each;
}

function primitiveOf(
  namedType: (() => Function) | undefined,
  nested: ValidationMetadata | undefined,
): unknown {
  // The class of a nested DTO may not be initialised yet when DTOs refer to each other.
  return nested ? undefined : namedType?.();
}

function nestedDto(
  namedType: (() => Function) | undefined,
  designType: unknown,
  where: string,
  compile: Compile,
): () => CompiledDto<object> {
  if (!namedType && (typeof designType !== 'function' || designType === Array || designType === Object)) {
    throw new Error(`${where}: @ValidateNested() needs @Type(() => Class)`);
  }
  const typeOf = namedType ?? (() => designType as Function);
  let dto: CompiledDto<object> | undefined;
  return () => (dto ??= compile(typeOf() as Type<object>));
}
