import { BooleanField } from '@gatehouse/validation';

export class ListCategoriesQuery {
  @BooleanField({
    default: false,
    description: 'Whether to show also those whose group the caller is not in.',
    example: true,
  })
  displayAll: boolean;
}
