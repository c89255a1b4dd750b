import { randomUUID } from 'node:crypto';

/** Generations of tags: random names, of which a tag has one until it is dropped. */
export interface TagGenerations {
  /** The generation of each tag; `undefined` for a tag that has none yet. */
  read(tags: readonly string[]): (string | undefined)[] | Promise<(string | undefined)[]>;
  /** Gives those tags that have none their first. @returns what all of them have now, the same for everybody who asks */
  start(tags: readonly string[]): string[] | Promise<string[]>;
  /** Gives each tag another one. */
  renew(tags: readonly string[]): void | Promise<void>;
}

/** In this process's memory. An application has few tags, so they are never forgotten. */
export class MemoryTagGenerations implements TagGenerations {
  private readonly generations = new Map<string, string>();

  read(tags: readonly string[]): (string | undefined)[] {
    return tags.map((tag) => this.generations.get(tag));
  }

  start(tags: readonly string[]): string[] {
    this.renew(tags.filter((tag) => !this.generations.has(tag)));
    return this.read(tags) as string[];
  }

  renew(tags: readonly string[]): void {
    for (const tag of tags) this.generations.set(tag, randomUUID());
  }
}
