/** A file of a form whose content is in the storage. */
export class UploadedFile {
  /** Key of the content in the storage, UUID v7. */
  id: string;
  /** The client's name for the file, safe to show. */
  filename: string;
  /** What the client says, except that it is one of the types of images exactly for the bytes of such an image. */
  contentType: string;
  /** Bytes. */
  size: number;
  /** Digest of the content in hexadecimal digits. */
  sha256: string;
}
