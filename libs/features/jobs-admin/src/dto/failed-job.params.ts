import { UuidField } from '@gatehouse/validation';

export class FailedJobParams {
  @UuidField({ description: 'Id of the job' })
  id: string;
}
