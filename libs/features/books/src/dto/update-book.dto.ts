import { PatchType } from '@gatehouse/validation';
import { CreateBookDto } from './create-book.dto.js';

/** What is to change; `null` clears an optional field. */
export class UpdateBookDto extends PatchType(CreateBookDto) {}
