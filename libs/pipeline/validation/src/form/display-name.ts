const MAX_CHARACTERS = 255;
/** Control characters, those that change the direction of text, line ends, and byte order marks. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff]/gu;

/**
 * Returns a client's name for a file as it can be shown and stored: without folders and without characters that
 * mislead readers, at most 255 characters long. It is never part of a path.
 */
export function displayName(name = ''): string {
  const base = name.toWellFormed().normalize('NFC').replace(UNSAFE, '').split(/[\\/]/).at(-1)!.trim();
  return /^\.*$/.test(base) ? 'file' : [...base].slice(0, MAX_CHARACTERS).join('');
}
