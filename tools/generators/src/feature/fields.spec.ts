import { describe, expect, it } from 'vitest';
import { propertyOf, readFields } from './fields.js';

describe('readFields', () => {
  it.each([
    ['name:string', { name: 'name', kind: 'string', min: 1, max: 200, isNullable: false }],
    ['name:string(500)', { name: 'name', kind: 'string', min: 1, max: 500, isNullable: false }],
    ['name:string(0..10)?', { name: 'name', kind: 'string', min: 0, max: 10, isNullable: true }],
    ['age:integer(-5..)', { name: 'age', kind: 'integer', min: -5, isNullable: false }],
    ['price:number', { name: 'price', kind: 'number', isNullable: false }],
    ['isOpen:boolean', { name: 'isOpen', kind: 'boolean', isNullable: false }],
    ['opensAt:dateTime?', { name: 'opensAt', kind: 'dateTime', isNullable: true }],
    ['size:enum(s|m)', { name: 'size', kind: 'enum', values: ['s', 'm'], isNullable: false }],
    ['owner:user', { name: 'owner', kind: 'reference', of: 'user', isList: false, isNullable: false }],
    ['books:book[]', { name: 'books', kind: 'reference', of: 'book', isList: true, isNullable: false }],
  ])('reads %s', (text, field) => {
    expect(readFields(text)).toEqual([field]);
  });

  it('reads several, with any space between them', () => {
    const fields = readFields(
      ' name:string(1..100),isPublic:boolean , owner:user, topBooks:ticket-category[] ',
    );
    expect(fields.map(propertyOf)).toEqual(['name', 'isPublic', 'ownerId', 'ticketCategoryIds']);
  });

  it.each([
    ['', 'at least one field'],
    ['name', 'not of the form'],
    ['Name:string', 'not of the form'],
    ["name:string');--", 'not of the form'],
    ['name:string(a)', 'no range'],
    ['name:string(5..1)', 'the minimum exceeds'],
    ['name:string[]', 'only references'],
    ['isOpen:boolean(1)', 'takes no details'],
    ['size:enum', 'needs its values'],
    [`size:enum(it's)`, 'needs its values'],
    ['owner:user(1)', 'no type with details'],
    ['books:book[]?', 'empty rather than null'],
    ['id:string', 'Every resource has'],
    ['name:string, name:integer', 'given twice'],
    ['owner:user, ownerId:string', 'given twice'],
  ])('refuses %j', (text, message) => {
    expect(() => readFields(text)).toThrow(message);
  });
});
