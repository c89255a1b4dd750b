import { IsEmail, IsOptional, IsString, Matches } from 'class-validator';
import { type CheckedSettings, type Environment, Int, isWeakPassword } from '@gatehouse/config';

/** Cost of password hashes, and the first administrator. */
export class UsersSettings implements CheckedSettings {
  /**
   * Memory of an argon2id hash in KiB (OWASP's minimum is 19456). After a change, a password is rehashed at the next
   * log-in.
   */
  @Int(8, 1_048_576)
  ARGON2_MEMORY_KIB = 19_456;

  /** Number of passes of an argon2id hash. */
  @Int(1, 100)
  ARGON2_PASSES = 2;

  /** First administrator, created at start when there is none (outside development, when all three are set). */
  @IsOptional()
  @Matches(/^[a-zA-Z0-9_-]{3,50}$/, { message: 'ADMIN_USERNAME must be 3 to 50 letters, digits, "_" or "-"' })
  ADMIN_USERNAME?: string;

  /** Email of the first administrator. */
  @IsOptional()
  @IsEmail()
  ADMIN_EMAIL?: string;

  /** Password of the first administrator. */
  @IsOptional()
  @IsString()
  ADMIN_PASSWORD?: string;

  problems({ isDevelopment }: Environment): string[] {
    const isWeak = !isDevelopment && this.ADMIN_PASSWORD && isWeakPassword(this.ADMIN_PASSWORD);
    return isWeak ? ['ADMIN_PASSWORD must not be a well-known password'] : [];
  }
}
