import { DateTimeField, UuidField } from '@gatehouse/validation';
import { GroupDescriptionField, GroupNameField } from '../group.fields.js';

/** A group as clients see it. */
export class GroupDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @GroupNameField()
  name: string;

  @GroupDescriptionField()
  description: string | null;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  updatedAt: Date;
}
