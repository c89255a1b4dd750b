import { GroupDescriptionField, GroupNameField } from '../group.fields.js';

export class CreateGroupDto {
  @GroupNameField()
  name: string;

  @GroupDescriptionField({ default: null })
  description: string | null;
}
