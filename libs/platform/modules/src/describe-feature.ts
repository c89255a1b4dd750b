import type { FeatureDeclaration, PermissionDeclaration } from './feature-declaration.js';

/** What a feature is, and what it declares for users, in Markdown: the description of its tag in the documentation. */
export function describeFeature({ description, permissions = [], topics = [] }: FeatureDeclaration): string {
  return [
    description,
    ...listOf('Permissions, and the roles that hold them at first', permissions.map(describePermission)),
    ...listOf(
      'Topics',
      topics.map(({ name, description: text }) => `\`${name}\`: ${text}`),
    ),
  ].join('\n\n');
}

function describePermission({ name, description, defaultRoles }: PermissionDeclaration): string {
  return `\`${name}\`: ${description} (${['admin', ...defaultRoles].join(', ')})`;
}

function listOf(title: string, lines: string[]): string[] {
  return lines.length > 0 ? [`**${title}**`, lines.map((line) => `- ${line}`).join('\n')] : [];
}
