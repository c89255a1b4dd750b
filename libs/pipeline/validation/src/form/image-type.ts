/** Media types of images that are recognised by their first bytes and may be shown by browsers. */
export const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

export type ImageType = (typeof imageTypes)[number];

/** Number of bytes from which {@link imageTypeOf} recognises an image. */
export const SIGNATURE_BYTES = 12;

/** @param head the first bytes of a file */
export function imageTypeOf(head: Buffer): ImageType | undefined {
  const text = head.toString('latin1', 0, SIGNATURE_BYTES);
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  return /^RIFF[^]{4}WEBP/.test(text) ? 'image/webp' : undefined;
}

export function isImageType(type: string): type is ImageType {
  return (imageTypes as readonly string[]).includes(type);
}
