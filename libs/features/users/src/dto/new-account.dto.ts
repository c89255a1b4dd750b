import {
  AgeField,
  EmailField,
  FullNameField,
  PasswordField,
  TagsField,
  UsernameField,
} from '../user.fields.js';

/** What a person gives to get an account. */
export class NewAccountDto {
  @UsernameField()
  username: string;

  @EmailField()
  email: string;

  @PasswordField()
  password: string;

  @FullNameField({ optional: true })
  fullName?: string | null;

  @AgeField({ optional: true })
  age?: number | null;

  @TagsField({ default: [] })
  tags: string[];
}
