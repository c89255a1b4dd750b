import { Int } from '@gatehouse/config';

export class FilesSettings {
  /** Maximum number of files per user. */
  @Int(1, 1_000_000)
  FILES_MAX_COUNT = 1_000;

  /** Maximum bytes of all files of a user together. */
  @Int(1)
  FILES_MAX_BYTES = 1_000_000_000;
}
