interface Publication {
  /** Sessions that have answered; they may do so before it is known that they were asked. */
  readonly answered: Set<number>;
  /** Sessions that were asked, once known. */
  asked?: readonly number[];
  readonly settle: (missing?: string) => void;
}

/** What this process has published and not every other one has confirmed yet. */
export class PendingPublications {
  private readonly publications = new Map<string, Publication>();

  /**
   * @param limit milliseconds to wait
   * @returns undefined when all have answered, else who has not
   */
  add(id: string, limit: number): Promise<string | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => publication.settle(missing(publication)), limit);
      const publication: Publication = {
        answered: new Set(),
        settle: (result) => {
          clearTimeout(timer);
          this.publications.delete(id);
          resolve(result);
        },
      };
      this.publications.set(id, publication);
    });
  }

  /** Says whose answers are needed: the process ids of their database sessions. */
  expect(id: string, asked: readonly number[]): void {
    const publication = this.publications.get(id);
    if (!publication) return;
    publication.asked = asked;
    settleWhenComplete(publication);
  }

  answered(id: string, session: number): void {
    const publication = this.publications.get(id);
    if (!publication) return;
    publication.answered.add(session);
    settleWhenComplete(publication);
  }

  settleAll(): void {
    for (const { settle } of this.publications.values()) settle();
  }
}

function settleWhenComplete({ asked, answered, settle }: Publication): void {
  if (asked?.every((session) => answered.has(session))) settle();
}

function missing({ asked, answered }: Publication): string {
  if (!asked) return 'The database';
  return `Sessions ${asked.filter((session) => !answered.has(session)).join(', ')}`;
}
