import { BooleanField } from '@gatehouse/validation';

export class ModerateReviewDto {
  @BooleanField({ default: true, description: '`false` shows the review again.' })
  hidden: boolean;
}
