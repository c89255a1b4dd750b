import { Injectable } from '@nestjs/common';
import { FeatureRegistry, PermissionDeclaration } from '@gatehouse/modules';

const ADMIN = 'admin';

/** Every permission that the features declare, and which role holds it. */
@Injectable()
export class PermissionCatalogue {
  readonly declarations: ReadonlyMap<string, PermissionDeclaration>;
  private readonly byRole = new Map<string, ReadonlySet<string>>();

  constructor(features: FeatureRegistry) {
    const all = features.declarations.flatMap(({ permissions }) => permissions ?? []);
    this.declarations = new Map(all.map((declaration) => [declaration.name, declaration]));
  }

  has(name: string): boolean {
    return this.declarations.has(name);
  }

  /** Names of the permissions that a role holds. `admin` holds all. */
  heldBy(role: string): ReadonlySet<string> {
    let held = this.byRole.get(role);
    if (!held) {
      const declared = [...this.declarations.values()];
      const granted = declared.filter(
        ({ defaultRoles }) => role === ADMIN || defaultRoles.some((name) => name === role),
      );
      held = new Set(granted.map(({ name }) => name));
      this.byRole.set(role, held);
    }
    return held;
  }
}
