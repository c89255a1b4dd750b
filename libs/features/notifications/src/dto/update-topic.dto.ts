import { UuidField } from '@gatehouse/validation';

export class UpdateTopicDto {
  @UuidField({
    nullable: true,
    description: 'Group whose members alone may have it. `null`: everybody may.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7082',
  })
  groupId: string | null;
}
