import { getMetadataStorage, IsInt, Max, validate } from 'class-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { metadataOf, rememberRules } from './dto-metadata.js';

describe('the rules of a class', () => {
  beforeAll(rememberRules);

  class Shelf {
    @IsInt()
    books: number;
  }
  class LowShelf extends Shelf {}

  it('are looked up once', () => {
    const rules = metadataOf(LowShelf);
    expect(rules.map(({ propertyName }) => propertyName)).toEqual(['books']);
    expect(metadataOf(LowShelf)).toBe(rules);
    const storage = getMetadataStorage();
    expect(storage.groupByPropertyName(rules)).toBe(storage.groupByPropertyName(rules));
    expect(metadataOf(LowShelf, { groups: ['stock'] })).not.toBe(rules);
  });

  it('are looked up again when a class gets another rule', async () => {
    const shelf = Object.assign(new LowShelf(), { books: 11 });
    expect(await validate(shelf)).toEqual([]);
    Max(10)(Shelf.prototype, 'books');
    expect(await validate(shelf)).toMatchObject([{ constraints: { max: expect.any(String) } }]);
  });
});
