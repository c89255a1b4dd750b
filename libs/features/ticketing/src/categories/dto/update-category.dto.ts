import { PatchType } from '@gatehouse/validation';
import { CategoryFields } from './create-category.dto.js';

/** What is absent stays as it is. Sold tickets keep their price. */
export class UpdateCategoryDto extends PatchType(CategoryFields) {}
