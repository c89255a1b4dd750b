import { Injectable } from '@nestjs/common';
import { FeatureRegistry, PermissionDeclaration } from '@gatehouse/modules';

/** Every permission that the features declare, by name. Grants are stored in the database. */
@Injectable()
export class PermissionCatalogue {
  readonly declarations: ReadonlyMap<string, PermissionDeclaration>;

  constructor(features: FeatureRegistry) {
    const all = features.declarations.flatMap(({ permissions }) => permissions ?? []);
    this.declarations = new Map(all.map((declaration) => [declaration.name, declaration]));
  }

  has(name: string): boolean {
    return this.declarations.has(name);
  }
}
