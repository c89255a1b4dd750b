import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { describe, expect, it } from 'vitest';
import { IntegerField, PatchType, StringField, StringsField } from '../index.js';
import { run } from '../testing/run.js';

describe('optional fields', () => {
  class Book {
    @StringField({ min: 1, trim: true })
    title: string;

    @StringField({ nullable: true })
    isbn: string | null;

    @StringField({ optional: true })
    note?: string;

    @IntegerField({ default: 7 })
    count: number;

    @StringsField({ default: [] })
    tags: string[];
  }

  it('are absent or null only where allowed', async () => {
    const { value, codes } = await run(Book, { title: ' a ', isbn: null });
    expect(codes).toEqual([]);
    expect(value).toEqual({ title: 'a', isbn: null, count: 7, tags: [] });
    expect('note' in value).toBe(false);
    expect((await run(Book, { title: null, note: null, count: null, tags: null })).codes).toEqual([
      'title:isString',
      'isbn:required',
      'note:isString',
      'count:isInt',
      'tags:isArray',
    ]);
    expect((await run(Book, { title: '  ', isbn: null })).codes).toEqual(['title:minLength']);
  });

  it('never share a default between two instances', async () => {
    const first = (await run(Book, { title: 'a', isbn: null })).value;
    first.tags.push('x');
    expect((await run(Book, { title: 'a', isbn: null })).value.tags).toEqual([]);
  });

  it('include every field of a patch, where no default applies and null is not a value', async () => {
    class PatchBook extends PatchType(Book) {}
    expect((await run(PatchBook, {})).value).toEqual({});
    expect((await run(PatchBook, { isbn: null, title: ' b ' })).value).toEqual({ isbn: null, title: 'b' });
    expect((await run(PatchBook, { title: null, count: null })).codes).toEqual([
      'title:isString',
      'count:isInt',
    ]);
    expect((await run(Book, { title: 'a', isbn: null })).value.count).toBe(7);
  });

  it('lose their default through PartialType, and keep it through the other mapped types', async () => {
    class Partial extends PartialType(Book) {}
    class Picked extends PickType(Book, ['count', 'title']) {}
    class Omitted extends OmitType(Book, ['isbn']) {}
    class Both extends IntersectionType(PickType(Book, ['title']), PickType(Book, ['tags'])) {}
    class Child extends Picked {
      @StringField({ optional: true })
      extra?: string;
    }
    expect((await run(Partial, {})).value).toEqual({});
    expect((await run(Picked, { title: ' a ' })).value).toEqual({ title: 'a', count: 7 });
    expect((await run(Omitted, { title: 'a' })).value).toEqual({ title: 'a', count: 7, tags: [] });
    expect((await run(Both, { title: 'a', count: 1 })).codes).toEqual(['count:unknown']);
    expect((await run(Child, { title: 'a', extra: 'x' })).value).toEqual({
      title: 'a',
      count: 7,
      extra: 'x',
    });
  });
});
