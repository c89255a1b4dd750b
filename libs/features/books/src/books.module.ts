import { FeatureModule } from '@gatehouse/modules';
import { ListingModule } from '@gatehouse/listing';
import { Book } from './book.entity.js';
import { BooksController } from './books.controller.js';
import { BooksRepository } from './books.repository.js';
import { BooksService } from './books.service.js';
import { BooksFactory } from './development/books.factory.js';
import { CreateBooks1760000000010 } from './migrations/1760000000010-create-books.js';
import { BookReview } from './reviews/book-review.entity.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { ReviewsRepository } from './reviews/reviews.repository.js';
import { ReviewsService } from './reviews/reviews.service.js';

@FeatureModule(
  {
    root: 'books',
    tag: 'Books',
    description: 'The catalogue, its listings and search, and what readers say of the books.',
    permissions: [
      { name: 'books.write', description: 'Create, change and delete books', defaultRoles: ['moderator'] },
    ],
    entities: [Book, BookReview],
    migrations: [CreateBooks1760000000010],
    factory: { use: BooksFactory, dependsOn: ['users'] },
  },
  {
    imports: [ListingModule],
    controllers: [BooksController, ReviewsController],
    providers: [BooksRepository, BooksService, ReviewsRepository, ReviewsService],
  },
)
export class BooksModule {}
