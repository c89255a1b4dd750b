import { expect, it } from 'vitest';
import { describeFeature } from './describe-feature.js';

const feature = { root: 'books', tag: 'Books', description: 'The catalogue.' };

it('describes a feature, and lists its permissions with their roles, and its other named things', () => {
  const permissions = [
    { name: 'books.write', description: 'Change books', defaultRoles: ['moderator'] },
    { name: 'books.burn', description: 'Delete all', defaultRoles: [] },
  ];
  const topics = [{ name: 'books.new', description: 'Books that are new' }];
  const declaration = { ...feature, permissions, topics };
  expect(describeFeature(declaration, 'admin')).toBe(
    `The catalogue.

**Permissions, and the roles that hold them by default**

- \`books.write\`: Change books (admin, moderator)
- \`books.burn\`: Delete all (admin)

**Topics**

- \`books.new\`: Books that are new`,
  );
});

it('adds nothing for a feature that declares neither', () => {
  const declaration = { ...feature, permissions: [], topics: [] };
  expect(describeFeature(declaration)).toBe('The catalogue.');
});
