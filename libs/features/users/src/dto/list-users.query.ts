import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { type Role, roles } from '../roles.js';
import { BooleanField, EnumField, StringField } from '@gatehouse/validation';

export const usersListing: ListingOptions = {
  keys: {
    createdAt: { by: 'user.createdAt', type: 'timestamptz' },
    username: { by: 'user.username', type: 'text' },
    email: { by: 'user.email', type: 'text' },
  },
  unique: { by: 'user.id', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListUsersQuery extends ListQuery {
  @SortField(usersListing)
  override sort?: string;

  @EnumField(roles, { enumName: 'Role', optional: true, description: 'Only users with this role.' })
  role?: Role;

  @BooleanField({ optional: true, description: 'Only users who may log in, or who may not.' })
  isActive?: boolean;

  @StringField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    description: 'Part of the username, the email or the full name, in any case.',
    example: 'demo',
  })
  q?: string;
}
