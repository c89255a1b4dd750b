import { Readable } from 'node:stream';

/** Real text is not this regular, but as long: about 300 bytes a row. */
const DESCRIPTION = 'In which "a stranger" comes to town, or leaves it; and nobody is the same. '
  .repeat(2)
  .replaceAll('"', '""');

/** A CSV file of about so many bytes, all of whose rows are new books, made as it is read. */
export function generateBooks(bytes: number): Readable {
  return Readable.from(pieces(bytes), { objectMode: false });
}

function* pieces(bytes: number): Generator<string> {
  let piece = 'title,author,description,rating,category,isbn,language,publishedYear,coverUrl,sourceId\n';
  let size = 0;
  for (let n = 0; size < bytes; n++) {
    piece += row(n);
    if (piece.length < 65_536) continue;
    size += piece.length;
    yield piece;
    piece = '';
  }
  yield piece;
}

function row(n: number): string {
  const isbn = `978${String(n).padStart(10, '0')}`;
  const year = 1800 + (n % 220);
  return `"Book ${n}, a tale",Author ${n % 9973},"${DESCRIPTION}",${(n % 51) / 10},Novel,${isbn},eng,${year},https://covers.example.com/${n}.jpg,made:${n}\n`;
}
