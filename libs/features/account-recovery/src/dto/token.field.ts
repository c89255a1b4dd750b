import { StringField } from '@gatehouse/validation';

/** The secret of a link. Whether it can be one at all is not told apart from whether it is good. */
export function TokenField(): PropertyDecorator {
  const description = 'What stands behind `#token=` in the link';
  return StringField({ min: 1, max: 1000, description, example: 'gha_…' });
}
