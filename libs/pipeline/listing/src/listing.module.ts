import { Module } from '@nestjs/common';
import { CursorCodec } from './cursor.codec.js';
import { Listings } from './listings.js';

/** Import it in a feature to inject {@link Listings}. */
@Module({ providers: [CursorCodec, Listings], exports: [Listings] })
export class ListingModule {}
