import { type FeatureDeclaration, namedLists, type PermissionDeclaration } from './feature-declaration.js';

/**
 * Describes a feature and its declarations for users, in Markdown, as the description of its tag in the
 * documentation.
 * @param master the role that has every permission
 */
export function describeFeature(feature: FeatureDeclaration, master?: string): string {
  const { description, permissions = [] } = feature;
  const rolesOf = ({ defaultRoles }: PermissionDeclaration): string =>
    [...(master ? [master] : []), ...defaultRoles].join(', ');
  const others = namedLists(feature).filter(([key]) => key !== 'permissions');
  return [
    description,
    ...listOf(
      'Permissions, and the roles that hold them by default',
      permissions.map((each) => `\`${each.name}\`: ${each.description} (${rolesOf(each)})`),
    ),
    ...others.flatMap(([key, things]) =>
      listOf(
        key[0]!.toUpperCase() + key.slice(1),
        things.map(({ name, description: text }) => `\`${name}\`: ${text}`),
      ),
    ),
  ].join('\n\n');
}

function listOf(title: string, lines: string[]): string[] {
  return lines.length > 0 ? [`**${title}**`, lines.map((line) => `- ${line}`).join('\n')] : [];
}
