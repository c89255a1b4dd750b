import { randomUUID } from 'node:crypto';

/** Generations of tags: random names, each valid until its tag is invalidated. */
export interface TagGenerations {
  /** Returns the generation of each tag; `undefined` for a tag that has none yet. */
  read(tags: readonly string[]): (string | undefined)[] | Promise<(string | undefined)[]>;
  /**
   * Creates the first generation of tags that have none. @returns the current generations, the same for every caller
   */
  start(tags: readonly string[]): string[] | Promise<string[]>;
  /** Replaces the generation of each tag. */
  renew(tags: readonly string[]): void | Promise<void>;
}

/** Generations in the memory of this process. An application has few tags, so none are evicted. */
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
