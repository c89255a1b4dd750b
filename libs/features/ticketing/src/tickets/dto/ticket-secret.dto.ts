import { StringField, UuidField } from '@gatehouse/validation';

export class TicketSecretDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  ticketId: string;

  @StringField({ example: 'q6rG0oVtTzvJmD5Rk8xZQ4m2l7w9yB1cE3sN5uF8aHk' })
  secret: string;
}
