import nx from '@nx/eslint-plugin';
import parser from '@typescript-eslint/parser';

/** ESLint runs for one rule only, that of Nx about which library may import which; oxlint does the rest. */
export default [
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**'] },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    languageOptions: { parser },
    plugins: { '@nx': nx },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: [
            { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['*'] },
            {
              sourceTag: 'layer:feature',
              onlyDependOnLibsWithTags: [
                'layer:pipeline',
                'layer:platform',
                'feature:access',
                'feature:audit',
                'feature:notifications',
                'feature:payments',
                'feature:auth',
                'feature:users',
              ],
            },
            { sourceTag: 'layer:pipeline', onlyDependOnLibsWithTags: ['layer:pipeline', 'layer:platform'] },
            { sourceTag: 'layer:platform', onlyDependOnLibsWithTags: ['layer:platform'] },
          ],
        },
      ],
    },
  },
];
