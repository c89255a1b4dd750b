import { Readable } from 'node:stream';
import { Body, Controller, Get, Header, Post, StreamableFile } from '@nestjs/common';
import { ApiKeyScheme } from '@gatehouse/auth';
import { Endpoint } from '@gatehouse/gate';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { AccessDto, UploadDto } from './examples.dto.js';
import { StreamsService } from './streams.service.js';

@Controller({ version: '1' })
export class ExamplesController {
  constructor(private readonly streams: StreamsService) {}

  @Endpoint({
    summary: 'Check an API key',
    description: 'Tokens and cookies are ignored.',
    auth: ApiKeyScheme,
    response: AccessDto,
  })
  @Get('protected')
  protected() {
    return { message: 'Access granted' };
  }

  @Endpoint({
    summary: 'Receive a stream',
    description: 'Ten lines `data: 0` to `data: 9`, one per second.',
    permissions: Public,
    throttle: { limit: 30, ttl: minutes(1) },
    produces: ['text/plain'],
  })
  @Header('cache-control', 'no-store, no-transform')
  @Header('x-accel-buffering', 'no')
  @Get('stream')
  receive(): StreamableFile {
    return new StreamableFile(this.streams.open(), { type: 'text/plain; charset=utf-8' });
  }

  @Endpoint({
    summary: 'Send a stream',
    description:
      'Accepts any body of any size, processes it as it arrives, and responds with the digest of its bytes. A body of ' +
      'less than 1,000 bytes per second, on average, is refused after 30 seconds.',
    throttle: { limit: 30, ttl: minutes(1) },
    input: { body: { stream: ['*/*'], examples: { '*/*': 'Some bytes' } } },
    response: UploadDto,
    status: 200,
    errors: [408],
  })
  @Post('stream')
  send(@Body() body: Readable) {
    return this.streams.digest(body);
  }
}
