import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';
import { Book } from '@gatehouse/books';
import { Environment } from '@gatehouse/config';
import { found, type Precondition } from '@gatehouse/http';
import type { UploadedFile } from '@gatehouse/validation';
import { Pictures } from './pictures.service.js';

const nameOf = (id: number): string => `Cover of book ${id}`;

/** The covers of books. While a book has one, `coverUrl` leads to it, unless it is set to another address. */
@Injectable()
export class Covers {
  constructor(
    private readonly pictures: Pictures,
    private readonly environment: Environment,
  ) {}

  open(
    id: number,
    width: number | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.pictures.open({ bookId: id }, nameOf(id), width, request, reply);
  }

  set(id: number, file: UploadedFile, ifMatch: Precondition): Promise<void> {
    return this.pictures.replace({ bookId: id }, file, ifMatch, async (manager) => {
      await lock(id, manager);
      await manager.update(Book, id, { coverUrl: this.urlOf(id) });
    });
  }

  remove(id: number, ifMatch: Precondition): Promise<void> {
    return this.pictures.remove({ bookId: id }, nameOf(id), ifMatch, async (manager) => {
      const { coverUrl } = await lock(id, manager);
      if (coverUrl === this.urlOf(id)) await manager.update(Book, id, { coverUrl: null });
    });
  }

  private urlOf(id: number): string {
    return `${this.environment.publicUrl}/api/v1/books/${id}/cover`;
  }
}

/** Compares ids as bigint, so that one too large for the integer column is simply not found. */
async function lock(id: number, manager: EntityManager): Promise<Book> {
  const books = manager.createQueryBuilder(Book, 'book').where('book.id = CAST(:id AS bigint)', { id });
  return found(await books.setLock('pessimistic_write').getOne(), `Book ${id}`);
}
