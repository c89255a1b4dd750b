import { PickType } from '@nestjs/swagger';
import { BooleanField, StringField, UuidField } from '@gatehouse/validation';

/** A declared topic as shown to the caller. */
export class TopicDto {
  @UuidField()
  id: string;

  @StringField({ max: 100, example: 'ticketing.new-events' })
  name: string;

  @StringField({ description: 'What its subscribers receive', example: 'Events that are new' })
  description: string;

  @UuidField({
    nullable: true,
    description: 'Group to which the topic is limited. `null`: open to all.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7082',
  })
  groupId: string | null;

  @BooleanField({ description: 'Whether the caller is subscribed.', example: false })
  subscribed: boolean;
}

export class UpdateTopicDto extends PickType(TopicDto, ['groupId']) {}

export class TopicParams {
  @UuidField({ description: 'Id of the topic' })
  id: string;
}
