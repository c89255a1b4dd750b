import { FileField, imageTypes, IntegerField, type UploadedFile, UuidField } from '@gatehouse/validation';

const MAX_BYTES = 5 * 1024 * 1024;

export class UploadPictureDto {
  @FileField({ maxBytes: MAX_BYTES, types: imageTypes, description: 'Recognised by its bytes.' })
  file: UploadedFile;
}

export class PictureQuery {
  @IntegerField({
    min: 1,
    max: 10_000,
    optional: true,
    description: 'Pixels. Selects the smallest variant of at least this width, once it has been made.',
    example: 256,
  })
  width?: number;
}

export class CoverParams {
  @IntegerField({ min: 1, description: 'Id of the book', example: 17 })
  id: number;
}

export class AvatarParams {
  @UuidField({ description: 'Id of the user' })
  id: string;
}

/** What the entity tag of a picture is made from. */
export class PictureDto {
  @UuidField()
  id: string;
}
