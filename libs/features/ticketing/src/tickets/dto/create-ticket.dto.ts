import { UuidField } from '@gatehouse/validation';

export class CreateTicketDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  categoryId: string;

  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  sessionId: string;

  @UuidField({
    optional: true,
    description: 'For whom. Not given: for the caller. Others: for managers of the event only.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
  })
  userId?: string;
}
