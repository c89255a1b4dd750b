export { UpdateBookDto } from './book.dto.js';
export { Book, bookLimits } from './book.entity.js';
export { BooksModule } from './books.module.js';
