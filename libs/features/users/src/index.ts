export { type AuthorityRule, AuthorityRules } from './authority-rules.js';
export { NewAccountDto } from './dto/new-account.dto.js';
export { UserDto } from './dto/user.dto.js';
export { CreateUsers1790000000001 } from './migrations/1790000000001-create-users.js';
export { UserCredentials } from './user-credentials.js';
export { USER_CHANGED } from './user-changed.js';
export { User } from './user.entity.js';
export { UsersModule } from './users.module.js';
export { UsersService } from './users.service.js';
