interface Publication {
  /** Sessions that have answered; they may do so before it is known that they were asked. */
  readonly answered: Set<number>;
  /** Sessions that were asked, once known. */
  asked?: readonly number[];
  timer: NodeJS.Timeout;
  readonly settle: (missing?: Missing) => void;
}

/** Sessions that have not answered, or that it is not even known who was asked. */
export type Missing = readonly number[] | 'unsent';

/** What this process has published and not every other one has confirmed yet. */
export class PendingPublications {
  private readonly publications = new Map<string, Publication>();

  /** @param limit milliseconds to wait: until it is known who was asked, and then for their answers */
  constructor(private readonly limit: number) {}

  /** @returns undefined when all have answered, else who has not */
  add(id: string): Promise<Missing | undefined> {
    return new Promise((resolve) => {
      const publication: Publication = {
        answered: new Set(),
        timer: setTimeout(() => publication.settle('unsent'), this.limit),
        settle: (missing) => {
          clearTimeout(publication.timer);
          this.publications.delete(id);
          resolve(missing);
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
    clearTimeout(publication.timer);
    publication.timer = setTimeout(() => {
      publication.settle(asked.filter((session) => !publication.answered.has(session)));
    }, this.limit);
    settleWhenComplete(publication);
  }

  answered(id: string, session: number): void {
    const publication = this.publications.get(id);
    if (!publication) return;
    publication.answered.add(session);
    settleWhenComplete(publication);
  }

  /** Waits no longer for sessions that are gone. */
  dismiss(sessions: readonly number[]): void {
    for (const id of this.publications.keys()) for (const session of sessions) this.answered(id, session);
  }

  settleAll(): void {
    for (const { settle } of this.publications.values()) settle();
  }
}

function settleWhenComplete({ asked, answered, settle }: Publication): void {
  if (asked?.every((session) => answered.has(session))) settle();
}
