import { TypeOrmModule } from '@nestjs/typeorm';
import { Book } from '@gatehouse/books';
import { FeatureModule } from '@gatehouse/modules';
import { BookExportService } from './book-export.service.js';
import { BookImportService } from './book-import.service.js';
import { BookTransferController } from './book-transfer.controller.js';

@FeatureModule(
  {
    root: 'books-transfer',
    tag: 'Books',
    description: 'Bulk import and export of books as files.',
  },
  {
    imports: [TypeOrmModule.forFeature([Book])],
    controllers: [BookTransferController],
    providers: [BookExportService, BookImportService],
  },
)
export class BooksTransferModule {}
