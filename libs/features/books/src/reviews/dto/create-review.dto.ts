import { IntegerField, StringField } from '@gatehouse/validation';

export class CreateReviewDto {
  @IntegerField({ min: 1, max: 5, example: 5 })
  rating: number;

  @StringField({ max: 2000, example: 'I could not put it down.' })
  text: string;
}
