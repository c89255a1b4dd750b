import {
  FileField,
  FilesField,
  imageTypes,
  IntegerField,
  StringField,
  type UploadedFile,
  UuidField,
} from '@gatehouse/validation';

const FILE_BYTES = 10 * 1024 * 1024;
const IMAGE_BYTES = 5 * 1024 * 1024;
export const BATCH_FILES = 10;

export class FileParams {
  @UuidField({ description: 'Id of the file' })
  id: string;
}

/** A file as clients see it. */
export class FileDto {
  @UuidField()
  id: string;

  @StringField({ max: 255, description: 'Name of the file at its client.', example: 'report.pdf' })
  filename: string;

  @StringField({ max: 255, description: 'Media type.', example: 'application/pdf' })
  contentType: string;

  @IntegerField({ min: 0, description: 'Bytes.', example: 48_213 })
  size: number;

  @StringField({
    pattern: /^[\da-f]{64}$/,
    description: 'SHA-256 digest of the content.',
    example: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  })
  sha256: string;

  @StringField({
    max: 2_000,
    description: 'Path of the content.',
    example: '/api/v1/files/019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
  })
  url: string;
}

export class UploadFileDto {
  @FileField({ maxBytes: FILE_BYTES })
  file: UploadedFile;
}

export class UploadImageDto {
  @FileField({ maxBytes: IMAGE_BYTES, types: imageTypes, description: 'Recognised by its bytes.' })
  file: UploadedFile;
}

export class UploadFilesDto {
  @FilesField({ maxBytes: FILE_BYTES, maxItems: BATCH_FILES })
  files: UploadedFile[];
}
