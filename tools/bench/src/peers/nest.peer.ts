import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { settings } from './settings.js';

/** Nest on Fastify with an empty handler. */
const books: unknown = JSON.parse(settings.body);

@Controller('api/v1/books')
class BooksController {
  @Get()
  list() {
    return books;
  }
}

@Module({ controllers: [BooksController] })
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: false,
});
await app.listen(settings.port, settings.host!);
