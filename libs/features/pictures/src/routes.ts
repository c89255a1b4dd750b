import { applyDecorators, Header } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { minutes } from '@gatehouse/throttle';
import { imageTypes } from '@gatehouse/validation';

/** What the routes of both kinds of pictures have in common. */
export const GET = {
  produces: [...imageTypes],
  headers: ['Accept-Ranges', 'Content-Disposition', 'ETag'],
  errors: [404, 416],
};

export const PUT = {
  description:
    'The image is encoded anew: without metadata, and at most 2048 pixels wide and high. Smaller variants are made ' +
    'in the background.',
  throttle: { limit: 20, ttl: minutes(1) },
  status: 204,
  errors: [404, 408],
};

export const DELETE = { status: 204, errors: [404] };

/** Clients keep a picture, and ask whether it is still the same. */
export const ServesPicture = (): MethodDecorator =>
  applyDecorators(
    Header('cache-control', 'private, no-cache'),
    ApiResponse({
      status: 206,
      description: 'The part that `Range` selects.',
      headers: { 'Content-Range': { schema: { type: 'string' }, example: 'bytes 0-99/48213' } },
      content: Object.fromEntries(imageTypes.map((type) => [type, { schema: { type: 'string' } }])),
    }),
  );
