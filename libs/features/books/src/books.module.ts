import { TypeOrmModule } from '@nestjs/typeorm';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { Book } from './book.entity.js';
import { BooksController } from './books.controller.js';
import { BooksService } from './books.service.js';
import { BooksFactory } from './development/books.factory.js';
import { CreateBooks1760000000010 } from './migrations/1760000000010-create-books.js';
import { BookReview } from './reviews/book-review.entity.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { ReviewsService } from './reviews/reviews.service.js';

@FeatureModule(
  {
    root: 'books',
    tag: 'Books',
    description: 'The catalogue, its listings and search, and reviews by readers.',
    permissions: [
      { name: 'books.write', description: 'Create, change and delete books', defaultRoles: ['moderator'] },
    ],
    entities: [Book, BookReview],
    migrations: [CreateBooks1760000000010],
    factory: { use: BooksFactory, dependsOn: ['users'] },
  },
  {
    imports: [ListingModule, TypeOrmModule.forFeature([Book, BookReview])],
    controllers: [BooksController, ReviewsController],
    providers: [BooksService, ReviewsService],
  },
)
export class BooksModule {}
