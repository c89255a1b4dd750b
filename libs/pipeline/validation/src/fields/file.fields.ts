import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, ValidateBy } from 'class-validator';
import { metadataOf } from '../dto/dto-metadata.js';
import type { ImageType } from '../form/image-type.js';
import { UploadedFile } from '../form/uploaded-file.js';
import { composeField, type FieldOptions } from './compose-field.js';

export interface FileOptions {
  /** Maximum size of each file. */
  maxBytes: number;
  /** Only images of these types, whatever the client claims. */
  types?: readonly ImageType[];
}

/** What the files of a field must fulfil. */
export interface FileRules extends FileOptions {
  maxFiles: number;
}

const IS_FILE = 'isFile';
const EXAMPLE = 'the bytes of a file';
const BINARY = { type: 'string', format: 'binary' } as const;

/**
 * A file, as an {@link UploadedFile}. A DTO with such a field is read from `multipart/form-data`; the content is in
 * the storage when the handler is called, which records the file or removes it.
 */
export function FileField(options: FileOptions & FieldOptions): PropertyDecorator {
  const rules = [isFile({ ...options, maxFiles: 1 }, false), asRead((value) => value)];
  return composeField(rules, BINARY, documented(options, EXAMPLE));
}

/** Several files, as an array; as a form field, one that is repeated. */
export function FilesField(
  options: FileOptions & FieldOptions & { minItems?: number; maxItems: number },
): PropertyDecorator {
  const { minItems = 1, maxItems } = options;
  const rules = [
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    isFile({ ...options, maxFiles: maxItems }, true),
    asRead((value) => [value].flat()),
  ];
  const schema = { type: 'array', minItems, maxItems, items: BINARY };
  return composeField(rules, schema, documented(options, [EXAMPLE]));
}

/** The fields of a DTO that are files, by name. */
export function fileRulesOf(type: Function | undefined): ReadonlyMap<string, FileRules> {
  const rules = (type ? metadataOf(type) : []).filter(({ name }) => name === IS_FILE);
  return new Map(rules.map(({ propertyName, constraints }) => [propertyName, constraints[0] as FileRules]));
}

function isFile(rules: FileRules, each: boolean): PropertyDecorator {
  const message = each ? 'each value in $property must be a file' : '$property must be one file';
  const validate = (value: unknown): boolean => value instanceof UploadedFile;
  return ValidateBy({ name: IS_FILE, constraints: [rules], validator: { validate } }, { each, message });
}

/** Keeps the instances, which class-transformer would copy. */
function asRead(change: (value: unknown) => unknown): PropertyDecorator {
  return Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => change(obj[key]), {
    toClassOnly: true,
  });
}

function documented(options: FileOptions & FieldOptions, usual: unknown): FieldOptions {
  const { maxBytes, types, description, example = usual } = options;
  const kinds = types ? ` ${types.map((type) => type.replace('image/', '')).join(', ')} only.` : '';
  const limit = `At most ${maxBytes} bytes.${kinds}`;
  return { ...options, description: [description, limit].filter(Boolean).join(' '), example };
}
