import { ListQuery } from '@gatehouse/listing';
import { type Role, roles } from '@gatehouse/modules';
import { BooleanField, EnumField, StringField } from '@gatehouse/validation';

export class ListUsersQuery extends ListQuery {
  @EnumField(roles, { enumName: 'Role', optional: true })
  role?: Role;

  @BooleanField({ optional: true })
  isActive?: boolean;

  @StringField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    description: 'Part of the username, the email or the full name, in any case.',
  })
  q?: string;
}
