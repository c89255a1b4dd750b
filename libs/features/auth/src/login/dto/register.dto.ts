import { NewAccountDto } from '@gatehouse/users';

export class RegisterDto extends NewAccountDto {}
