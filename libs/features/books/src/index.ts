export { Book } from './book.entity.js';
export { bookLimits, STORED_ISBN } from './book.limits.js';
export { BooksModule } from './books.module.js';
export { BooksService } from './books.service.js';
export { BookDto } from './dto/book.dto.js';
export { CreateBookDto } from './dto/create-book.dto.js';
export { ReplaceBookDto } from './dto/replace-book.dto.js';
export { UpdateBookDto } from './dto/update-book.dto.js';
