import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { featureOptions, FeatureRegistry, type NamedDeclaration } from '@gatehouse/modules';

declare module '@gatehouse/modules' {
  interface FeatureDeclaration {
    /** What users can subscribe to; the description says what subscribers receive. */
    topics?: readonly NamedDeclaration[];
  }
}
featureOptions.add('topics');

/** $1 ids, $2 names: always ordered by name, so that processes cannot deadlock. */
const ADD_TOPICS = `
  INSERT INTO notification_topics (id, name) SELECT * FROM unnest($1::uuid[], $2::text[])
  ON CONFLICT (name) DO NOTHING`;

/**
 * Every topic that the features declare, by name. Each has a row with an id from the start that first declared it.
 */
@Injectable()
export class TopicCatalogue implements OnApplicationBootstrap {
  private readonly declarations: ReadonlyMap<string, NamedDeclaration>;

  constructor(
    features: FeatureRegistry,
    private readonly dataSource: DataSource,
  ) {
    const all = features.declarations.flatMap(({ topics }) => topics ?? []);
    this.declarations = new Map(all.map((declaration) => [declaration.name, declaration]));
  }

  get names(): string[] {
    return [...this.declarations.keys()].sort();
  }

  /** @throws {Error} when no feature declares it */
  descriptionOf(name: string): string {
    const declaration = this.declarations.get(name);
    if (!declaration) throw new Error(`No feature declares the topic "${name}"`);
    return declaration.description;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { names } = this;
    await this.dataSource.query(ADD_TOPICS, [names.map(() => uuidv7()), names]);
  }
}
