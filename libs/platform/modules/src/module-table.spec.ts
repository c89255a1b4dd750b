import { expect, it } from 'vitest';
import type { DataFactory, FeatureDeclaration, PaymentCallback } from './feature-declaration.js';
import { moduleTable } from './module-table.js';

class Data implements DataFactory {
  shouldRun = async () => false;
  run = async () => {};
}
class ShopPayments implements PaymentCallback {
  paid = async () => 'accepted' as const;
}

it('has a line for each feature, and one more for each further thing of a list', () => {
  const declarations: FeatureDeclaration[] = [
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
      factory: { use: Data, dependsOn: ['users', 'books'] },
      paymentCallback: ShopPayments,
    },
    { root: 'users', tag: 'Users', description: '', factory: { use: Data } },
  ];
  expect(moduleTable(declarations).split('\n')).toEqual([
    'ROOT   TAG     PERMISSIONS                 TOPICS    DATA AFTER    PAYMENTS',
    'mail   Mail    -                           -         -             -',
    'shop   Things  shop.buy (moderator, user)  shop.new  users, books  ShopPayments',
    '               shop.sell',
    'users  Users   -                           -         nothing       -',
    '',
  ]);
});
