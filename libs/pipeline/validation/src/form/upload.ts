import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { Problem, UnsupportedMediaTypeProblem } from '@gatehouse/http';
import type { FileRules } from '../fields/file.fields.js';
import { type ImageType, imageTypeOf, isImageType, SIGNATURE_BYTES } from './image-type.js';

const UNKNOWN_TYPE = 'application/octet-stream';
/** RFC 6838, section 4.2. */
const MEDIA_TYPE = /^[a-z\d][\w!#$&^.+-]{0,126}\/[a-z\d][\w!#$&^.+-]{0,126}$/i;

export class FileTooLargeProblem extends Problem {
  constructor(maxBytes: number) {
    super('payload-too-large', `File size exceeds ${maxBytes} bytes`);
  }
}

/** The content of a file on its way to the storage. It fails as soon as it breaks the rules of its field. */
export class Upload extends Transform {
  /** Bytes so far. */
  size = 0;
  private readonly hash = createHash('sha256');
  private head = Buffer.alloc(0);
  private imageType: ImageType | undefined;
  private isRecognised = false;

  /** @param claimed media type that the client states */
  constructor(
    private readonly rules: FileRules,
    private readonly claimed: string,
  ) {
    super();
  }

  /** After the end of the stream. */
  get contentType(): string {
    if (this.imageType) return this.imageType;
    return MEDIA_TYPE.test(this.claimed) && !isImageType(this.claimed) ? this.claimed : UNKNOWN_TYPE;
  }

  /** Call it once, after the end of the stream. */
  digest(): string {
    return this.hash.digest('hex');
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    if (this.size > this.rules.maxBytes) return done(new FileTooLargeProblem(this.rules.maxBytes));
    this.hash.update(chunk);
    if (!this.isRecognised) {
      this.head = Buffer.concat([this.head, chunk.subarray(0, SIGNATURE_BYTES)]);
      if (this.head.length >= SIGNATURE_BYTES) this.recognise();
    }
    done(this.refusal(), chunk);
  }

  override _flush(done: TransformCallback): void {
    if (!this.isRecognised) this.recognise();
    done(this.refusal());
  }

  private recognise(): void {
    this.isRecognised = true;
    this.imageType = imageTypeOf(this.head);
  }

  private refusal(): Problem | null {
    const { types } = this.rules;
    if (!types || !this.isRecognised || (this.imageType && types.includes(this.imageType))) return null;
    return new UnsupportedMediaTypeProblem(`File type ${this.contentType} not allowed`);
  }
}
