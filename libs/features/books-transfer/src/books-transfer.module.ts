import { FeatureModule } from '@gatehouse/modules';
import { BookExportService } from './book-export.service.js';
import { BookImportService } from './book-import.service.js';
import { BookTransferController } from './book-transfer.controller.js';

@FeatureModule(
  {
    root: 'books-transfer',
    tag: 'Books',
    description: 'Files of many books come in and go out.',
  },
  {
    controllers: [BookTransferController],
    providers: [BookExportService, BookImportService],
  },
)
export class BooksTransferModule {}
