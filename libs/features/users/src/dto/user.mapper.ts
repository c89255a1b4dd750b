import type { User } from '../user.entity.js';
import type { UserDto } from './user.dto.js';

export function toUserDto(user: User): UserDto {
  const { id, username, email, fullName, age, tags, role, isActive, createdAt, updatedAt } = user;
  return { id, username, email, fullName, age, tags, role, isActive, createdAt, updatedAt };
}
