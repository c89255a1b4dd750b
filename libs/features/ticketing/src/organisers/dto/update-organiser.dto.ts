import { PatchType } from '@gatehouse/validation';
import { CreateOrganiserDto } from './create-organiser.dto.js';

export class UpdateOrganiserDto extends PatchType(CreateOrganiserDto) {}
