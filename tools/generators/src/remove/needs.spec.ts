import { expect, it } from 'vitest';
import { withoutFeature } from './needs.js';

const PAGE = `# Title

<!-- needs: books -->

About books.

<!-- end -->

About users.
<!-- needs: files, books -->
About covers.
<!-- end -->
`;

it('removes the passages that need a feature', () => {
  expect(withoutFeature(PAGE, 'books')).toBe('# Title\n\nAbout users.\n');
  expect(withoutFeature(PAGE, 'files')).toBe(PAGE.replace(/<!-- needs: files[^]*/, ''));
  expect(withoutFeature(PAGE, 'book')).toBe(PAGE);
});

it('removes a file that needs a feature as a whole', () => {
  const file = '// needs: books, ticketing\nimport a from "a";\n';
  expect(withoutFeature(file, 'ticketing')).toBeUndefined();
  expect(withoutFeature(file, 'users')).toBe(file);
});

it('knows the comments of YAML and of indented code', () => {
  expect(withoutFeature('a:\n  # needs: books\n  b: 1\n  # end\nc: 2\n', 'books')).toBe('a:\nc: 2\n');
});
