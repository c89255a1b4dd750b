import { StringField } from '@gatehouse/validation';

export class ScanTicketDto {
  @StringField({ min: 1, max: 100, example: 'q6rG0oVtTzvJmD5Rk8xZQ4m2l7w9yB1cE3sN5uF8aHk' })
  secret: string;
}
