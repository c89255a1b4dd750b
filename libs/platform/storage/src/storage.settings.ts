import { join } from 'node:path';
import { IsOptional, IsString } from 'class-validator';
import type { Environment } from '@gatehouse/config';

export class StorageSettings {
  /** Folder of the contents of uploaded files, shared by all processes. Not set: `files` in `DATA_DIR`. */
  @IsOptional()
  @IsString()
  STORAGE_DIR?: string;

  folder({ DATA_DIR }: Environment): string {
    return this.STORAGE_DIR ?? join(DATA_DIR, 'files');
  }
}
