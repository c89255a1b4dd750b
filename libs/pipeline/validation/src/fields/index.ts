export { ArrayField, items, StringsField, type ArrayOptions } from './array.field.js';
export { BooleanField, EnumField, type EnumOptions } from './choice.field.js';
export { composeField, type FieldOptions, type ItemSpec } from './compose-field.js';
export { DateTimeField } from './date-time.field.js';
export { NestedField, type NestedOptions } from './nested.field.js';
export { IntegerField, NumberField, type DecimalOptions, type NumberOptions } from './number.field.js';
export { PatchType } from './patch-type.js';
export { StringField, UuidField, type StringOptions } from './string.field.js';
