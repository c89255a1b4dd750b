import { expect, it } from 'vitest';
import type { DataFactory } from './feature-declaration.js';
import { moduleTable } from './module-table.js';

class Data implements DataFactory {
  shouldRun = async () => false;
  run = async () => {};
}
class ShopPayments {}

it('has a line for each feature, and one for each additional item of a list', () => {
  const declarations = [
    { root: 'mail', tag: 'Mail', description: '' },
    {
      root: 'shop',
      tag: 'Things',
      description: '',
      permissions: [
        { name: 'shop.buy', description: '', defaultRoles: ['moderator', 'user'] },
        { name: 'shop.sell', description: '', defaultRoles: [] },
      ],
      topics: [{ name: 'shop.new', description: '' }],
      paymentCallback: ShopPayments,
      factory: { use: Data, dependsOn: ['users', 'books'] },
    },
    { root: 'users', tag: 'Users', description: '', factory: { use: Data } },
  ];
  expect(moduleTable(declarations).split('\n')).toEqual([
    'ROOT   TAG     PERMISSIONS                 TOPICS    PAYMENT CALLBACK  FACTORY',
    'mail   Mail    -                           -         -                 -',
    'shop   Things  shop.buy (moderator, user)  shop.new  ShopPayments      Data (after users, after books)',
    '               shop.sell',
    'users  Users   -                           -         -                 Data',
    '',
  ]);
});
