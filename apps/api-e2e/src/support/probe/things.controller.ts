import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import { Endpoint, IfMatch } from '@gatehouse/gate';
import { found, type Precondition } from '@gatehouse/http';
import { Page, type PageOf } from '@gatehouse/listing';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { IntegerField, StringField } from '@gatehouse/validation';
import { Probe } from './probe.js';

const COUNT = 100;

class ThingParams {
  @IntegerField({ min: 1 })
  id: number;
}

class CreateThingDto {
  @StringField({ min: 1, max: 200, example: 'Lamp' })
  title: string;
}

class ThingDto extends IntersectionType(ThingParams, CreateThingDto) {
  @IntegerField({ min: 1 })
  version: number;
}

class ListThingsQuery {
  @IntegerField({ min: 1, default: 1 })
  page: number;

  @IntegerField({ min: 1, max: 100, default: 10 })
  pageSize: number;
}

/** A resource like those of most features: a public cached list, and writes that need a permission. Nothing is stored. */
@Controller({ path: 'things', version: '1' })
export class ThingsController {
  constructor(private readonly probe: Probe) {}

  private thing(id: number, title = `A thing of the probe, for all to see: ${this.probe.value}`): ThingDto {
    return { id, title, version: 1 };
  }

  @Endpoint({
    summary: 'List things',
    permissions: Public,
    cache: { ttl: minutes(5), shared: true, tags: ['things'] },
    response: Page(ThingDto),
  })
  @Get()
  list(@Query() { page, pageSize }: ListThingsQuery): PageOf<ThingDto> {
    const from = (page - 1) * pageSize;
    const items = Array.from({ length: COUNT }, (_, index) => this.thing(index + 1)).slice(
      from,
      from + pageSize,
    );
    const totalPages = Math.ceil(COUNT / pageSize);
    return { items, total: COUNT, page, pageSize, totalPages, hasNext: page < totalPages };
  }

  @Endpoint({ summary: 'Get a thing', permissions: Public, response: ThingDto, errors: [404] })
  @Get(':id')
  get(@Param() { id }: ThingParams) {
    return found(id <= COUNT ? this.thing(id) : null, `Thing ${id}`);
  }

  @Endpoint({
    summary: 'Create a thing',
    permissions: 'probe.use',
    invalidates: ['things'],
    response: ThingDto,
  })
  @Post()
  create(@Body() { title }: CreateThingDto) {
    return this.thing(COUNT + 1, title);
  }

  @Endpoint({
    summary: 'Delete a thing',
    permissions: 'probe.use',
    invalidates: ['things'],
    status: 204,
    errors: [404],
  })
  @Delete(':id')
  async remove(@Param() { id }: ThingParams, @IfMatch(ThingDto) ifMatch: Precondition) {
    await ifMatch?.require(() => this.get({ id }));
  }
}
