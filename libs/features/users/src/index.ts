export { AuthorityRules } from './user-authority.js';
export { EmailField, NewAccountDto, PasswordField, toUserDto, UserDto } from './user.dto.js';
export { canonicalLogin } from './login-names.js';
export { PasswordHasher } from './password-hasher.js';
export { type Role, roles } from './roles.js';
export { requireUser, UserAccounts } from './user-accounts.js';
export { User, USER_CHANGED } from './user.entity.js';
export { UsersModule } from './users.module.js';
export { UsersService } from './users.service.js';
