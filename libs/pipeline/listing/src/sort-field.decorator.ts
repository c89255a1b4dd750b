import { ApiProperty } from '@nestjs/swagger';
import { MAX_COLUMNS, type SortKeys } from './sort.js';

/** Documents the `sort` of a listing's query: the available fields and the default. */
export function SortField({ keys, defaultSort }: SortedBy, note = ''): PropertyDecorator {
  const names = Object.keys(keys);
  const one = `-?(${names.join('|')})`;
  return ApiProperty({
    description:
      `${names.map((name) => `\`${name}\``).join(', ')}; comma separated, \`-\` for descending. Default \`${defaultSort}\`. ${note}`.trimEnd(),
    pattern: `^${one}(,${one}){0,${MAX_COLUMNS - 1}}$`,
    example: defaultSort,
  });
}

interface SortedBy {
  keys: SortKeys;
  defaultSort: string;
}
