import type { Field } from './fields.js';
import { propertyOf } from './fields.js';
import type { Resource } from './resources.js';
import { snakeCase, titleOf, wordsOf } from '../words.js';

/** Source text of one field in each file of the feature. */
export interface Column {
  property: string;
  isNullable: boolean;
  /** Type in DTO and entity. */
  type: string;
  /** Decorator in the DTO. */
  field: string;
  /** Names that the DTO imports from the validation library. */
  imports: string[];
  /** Decorators in the entity; empty for a list, which has a table of its own. */
  column: string;
  /** A CHECK constraint of the table. */
  check?: string;
  /** Valid values, as source text. */
  example: string;
  other: string;
  /** A value that is refused, as source text. */
  wrong: string;
  reference?: Reference;
}

export interface Reference extends Resource {
  isList: boolean;
  /** Name of the foreign key. */
  key: string;
  /** As messages name it, e.g. `Owner`. */
  title: string;
}

const INT32 = 2 ** 31 - 1;

/** @param table table of the feature */
export function columnOf(field: Field, table: string, find: (singular: string) => Resource): Column {
  const property = propertyOf(field);
  const { isNullable } = field;
  const shared = { property, isNullable };
  const nullable = isNullable ? ['nullable: true'] : [];
  const orNull = isNullable ? ' | null' : '';
  const call = (decorator: string, first: string[], options: string[]) => {
    const all = [...options, ...nullable];
    return `@${decorator}(${[...first, ...(all.length > 0 ? [`{ ${all.join(', ')} }`] : [])].join(', ')})`;
  };
  const column = (type: string, options: string[] = []) =>
    call('Column', [], [`type: '${type}'`, ...options]);
  const check = (condition: string) => `@Check('${table}_${snakeCase(property)}_check', '${condition}')`;

  switch (field.kind) {
    case 'string': {
      const { min, max } = field;
      const text = titleOf(property).slice(0, Math.max(1, max)).padEnd(min, '.');
      const other = `Other ${wordsOf(property)}`.slice(0, Math.max(1, max)).padEnd(min, '.');
      return {
        ...shared,
        type: `string${orNull}`,
        field: call('StringField', [], [`min: ${min}`, `max: ${max}`, 'trim: true', `example: '${text}'`]),
        imports: ['StringField'],
        column: column('varchar', [`length: ${max}`]),
        example: `'${text}'`,
        other: `'${other}'`,
        wrong: `'x'.repeat(${max + 1})`,
      };
    }
    case 'integer':
    case 'number': {
      const isInteger = field.kind === 'integer';
      const { min = isInteger ? -INT32 : undefined, max = isInteger ? INT32 : undefined } = field;
      const example = Math.min(Math.max(1, min ?? 1), max ?? 1);
      const bounds = [
        ...(min === undefined ? [] : [`min: ${min}`]),
        ...(max === undefined ? [] : [`max: ${max}`]),
      ];
      const decorator = isInteger ? 'IntegerField' : 'NumberField';
      const name = snakeCase(property);
      const conditions = [
        ...(field.min === undefined ? [] : [`${name} >= ${field.min}`]),
        ...(field.max === undefined ? [] : [`${name} <= ${field.max}`]),
      ];
      return {
        ...shared,
        type: `number${orNull}`,
        field: call(decorator, [], [...bounds, `example: ${example}`]),
        imports: [decorator],
        column: column(isInteger ? 'integer' : 'double precision'),
        ...(conditions.length > 0 && { check: check(conditions.join(' AND ')) }),
        example: String(example),
        other: String(max === undefined || example + 1 <= max ? example + 1 : example),
        wrong: max === undefined ? `'one'` : String(max + 1),
      };
    }
    case 'boolean':
      return {
        ...shared,
        type: `boolean${orNull}`,
        field: call('BooleanField', [], []),
        imports: ['BooleanField'],
        column: column('boolean'),
        example: 'true',
        other: 'false',
        wrong: `'yes'`,
      };
    case 'dateTime':
      return {
        ...shared,
        type: `Date${orNull}`,
        field: call('DateTimeField', [], []),
        imports: ['DateTimeField'],
        column: column('timestamptz', ['precision: 3']),
        example: `'2026-07-01T12:00:00.000Z'`,
        other: `'2026-07-02T12:00:00.000Z'`,
        wrong: `'2026-07-01'`,
      };
    case 'enum': {
      const values = field.values.map((value) => `'${value}'`);
      return {
        ...shared,
        type: values.join(' | ') + orNull,
        field: call('EnumField', [`[${values.join(', ')}]`], []),
        imports: ['EnumField'],
        column: column('varchar', [`length: ${Math.max(...field.values.map(({ length }) => length))}`]),
        check: `@Check('${table}_${snakeCase(property)}_check', \`${snakeCase(property)} IN (${values.join(', ')})\`)`,
        example: values[0]!,
        other: values.at(-1)!,
        wrong: `'${field.values.join('')}!'`,
      };
    }
    case 'reference': {
      const found = find(field.of);
      const words = wordsOf(field.of);
      const isText = found.id === 'uuid';
      const item = isText ? 'string' : 'number';
      if (field.isList) {
        return {
          ...shared,
          type: `${item}[]`,
          field: `@ArrayField(items.${isText ? 'uuid()' : 'integer({ min: 1 })'}, { maxItems: 100, unique: true${isText ? '' : ', example: [1]'} })`,
          imports: ['ArrayField', 'items'],
          column: '',
          example: '[]',
          other: '[]',
          wrong: `'none'`,
          reference: {
            ...found,
            isList: true,
            key: `${linkTable(table, found)}_${snakeCase(field.of)}_id_fkey`,
            title: titleOf(words),
          },
        };
      }
      const key = `${table}_${snakeCase(property)}_fkey`;
      const onDelete = isNullable ? 'SET NULL' : 'CASCADE';
      const decorator = isText ? 'UuidField' : 'IntegerField';
      return {
        ...shared,
        type: `${item}${orNull}`,
        field: call(
          decorator,
          [],
          [...(isText ? [] : ['min: 1', 'example: 1']), `description: 'Id of the ${words}.'`],
        ),
        imports: [decorator],
        column: `${column(isText ? 'uuid' : 'integer')}\n  @ForeignKey('${found.table}', { name: '${key}', onDelete: '${onDelete}' })`,
        example: '',
        other: '',
        wrong: `'none'`,
        reference: { ...found, isList: false, key, title: titleOf(field.name) },
      };
    }
  }
}

/** Table that links a feature's rows to those of another. */
export function linkTable(table: string, { table: other }: { table: string }): string {
  return `${table}_${other}`;
}
