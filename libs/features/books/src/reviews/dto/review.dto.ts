import { BooleanField, DateTimeField, IntegerField, StringField, UuidField } from '@gatehouse/validation';

export class ReviewDto {
  @UuidField()
  id: string;

  @IntegerField({ example: 17 })
  bookId: number;

  @UuidField()
  userId: string;

  @StringField({ description: 'Who wrote it, by the name of today.', example: 'demo' })
  username: string;

  @IntegerField({ min: 1, max: 5, example: 5 })
  rating: number;

  @StringField({ example: 'I could not put it down.' })
  text: string;

  @BooleanField({ description: 'Whether a moderator has taken it out of the public list.', example: false })
  hidden: boolean;

  @DateTimeField({ example: '2026-01-31T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ example: '2026-01-31T12:00:00.000Z' })
  updatedAt: Date;
}
