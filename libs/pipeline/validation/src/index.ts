export { discard } from './body/discard.js';
export { configureBodyParsing, skipQueryParsing } from './body/leave-parsing.js';
export { checkFieldCount } from './body/parse.js';
export { type Pace, readBytes, readChunks } from './body/read-bytes.js';
export { readObject } from './body/read-object.js';
export type { Validatable } from './dto/complete.js';
export { ArrayField, items, NestedField, StringsField } from './fields/array.fields.js';
export { type FieldOptions } from './fields/compose-field.js';
export { FileField, type FileOptions, fileRulesOf, FilesField } from './fields/file.fields.js';
export { type ImageType, imageTypes, isImageType } from './form/image-type.js';
export { UploadedFile } from './form/uploaded-file.js';
export { PatchType } from './fields/patch-type.js';
export {
  BooleanField,
  DateTimeField,
  EnumField,
  IntegerField,
  NumberField,
  StringField,
  UuidField,
} from './fields/scalar.fields.js';
export { canonicalQuery } from './route/canonical-query.js';
export { Input, inputOptionsOf, type InputOptions } from './route/input.decorator.js';
export { FORM_WITH_FILES, inputsOf } from './route/inputs-of.js';
export { ValidationGuard } from './validation.guard.js';
export { ValidationPipe, type InputSource } from './validation.pipe.js';
