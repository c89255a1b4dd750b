export { BOOK_COLUMNS, writableColumns } from './book.columns.js';
export { bookLimits } from './book.limits.js';
export { BooksModule } from './books.module.js';
export { UpdateBookDto } from './dto/update-book.dto.js';
