import { StringField } from '@gatehouse/validation';

export class PermissionParams {
  @StringField({ min: 1, max: 100, description: 'Name of the permission', example: 'books.write' })
  name: string;
}
