export { BooksTransferModule } from './books-transfer.module.js';
