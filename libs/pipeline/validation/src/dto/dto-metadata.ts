import { getMetadataStorage, type ValidatorOptions } from 'class-validator';

/** What class-validator knows of a class: one entry for each decorator of each field, inherited ones included. */
export function metadataOf(
  type: Function,
  { always = false, strictGroups = false, groups }: ValidatorOptions = {},
) {
  return getMetadataStorage().getTargetValidationMetadatas(type, '', always, strictGroups, groups);
}

/** The names of the fields that have a rule, in the order of the class. */
export function fieldNamesOf(type: Function, options?: ValidatorOptions): ReadonlySet<string> {
  return new Set(metadataOf(type, options).map(({ propertyName }) => propertyName));
}

/** Whether an input that was valid once is valid for ever: no rule of the class asks anybody. */
export function isRepeatable(type: Function): boolean {
  return metadataOf(type).every(
    ({ type: kind, constraintCls }) =>
      kind !== 'nestedValidation' &&
      getMetadataStorage()
        .getTargetValidatorConstraints(constraintCls)
        .every(({ async }) => !async),
  );
}
