import type { Metadata, Sharp } from 'sharp';
import { UnavailableProblem, ValidationProblem } from '@gatehouse/http';
import { isImageType } from '@gatehouse/validation';

/** Larger images are refused before they are decoded. Cameras of phones have 12 to 24 megapixels. */
export const MAX_PIXELS = 25_000_000;
/** Pixels of the longer side of what is kept. */
const MAX_SIDE = 2_048;
const TIME_LIMIT_SECONDS = 10;

/** Images that wait to be decoded. */
const MAX_WAITING = 20;
const RETRY_SECONDS = 5;

/** An image that this process has encoded, without the metadata of the original. */
export interface EncodedImage {
  content: Buffer;
  contentType: string;
  /** Pixels. */
  width: number;
}

type Decoder = (content: Buffer) => Sharp;

/** Allows the formats that can be uploaded, and no others. */
async function loadDecoder(): Promise<Decoder> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['Jpeg', 'Png', 'Nsgif', 'Webp'].map((format) => `VipsForeignLoad${format}Buffer`),
  });
  return (content) =>
    sharp(content, { limitInputPixels: MAX_PIXELS, failOn: 'error' }).timeout({
      seconds: TIME_LIMIT_SECONDS,
    });
}

let decoder: Promise<Decoder> | undefined;
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/** One image after the other, since a decoded one takes up to a hundred megabytes. */
async function inTurn<T>(work: (decode: Decoder) => Promise<T>): Promise<T> {
  if (waiting >= MAX_WAITING) throw new UnavailableProblem('Too many images are waiting', RETRY_SECONDS);
  waiting++;
  const result = last.then(async () => work(await (decoder ??= loadDecoder())));
  last = result.catch(() => undefined).finally(() => waiting--);
  return result;
}

/**
 * Encodes an uploaded image anew in its own format: upright, of limited size, and without anything that is not pixels.
 * Of an animation, the first picture is kept.
 * @throws {ValidationProblem} when it cannot be decoded completely, or has too many pixels
 */
export function encodeAnew(content: Buffer): Promise<EncodedImage> {
  return inTurn(async (decode) => {
    const { format, width, height } = await orRefuse(decode(content).metadata());
    if (!isImageType(`image/${format}`)) throw undecodable();
    if (width * height > MAX_PIXELS)
      throw refusal('maxPixels', `file must not have more than ${MAX_PIXELS} pixels`);
    const image = decode(content)
      .autoOrient()
      .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true });
    return orRefuse(encode(image, format));
  });
}

/** Encodes smaller images in WebP. @param widths less than that of the image */
export function encodeVariants(content: Buffer, widths: readonly number[]): Promise<EncodedImage[]> {
  return inTurn(async (decode) => {
    const variants: EncodedImage[] = [];
    for (const width of widths) variants.push(await encode(decode(content).resize({ width }), 'webp'));
    return variants;
  });
}

async function encode(image: Sharp, format: Metadata['format']): Promise<EncodedImage> {
  const { data, info } = await image.toFormat(format).toBuffer({ resolveWithObject: true });
  return { content: data, contentType: `image/${info.format}`, width: info.width };
}

async function orRefuse<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (/pixel limit/i.test((error as Error).message))
      throw refusal('maxPixels', `file must not have more than ${MAX_PIXELS} pixels`);
    throw undecodable();
  }
}

const undecodable = (): ValidationProblem => refusal('isImage', 'file must be an image without errors');

function refusal(code: string, message: string): ValidationProblem {
  return new ValidationProblem([{ path: 'file', code, message }]);
}
