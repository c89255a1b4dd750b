interface Publication {
  /** Sessions that have answered; they may answer before it is known which ones were asked. */
  readonly answered: Set<number>;
  /** Sessions that were asked, once known. */
  asked?: readonly number[];
  timer: NodeJS.Timeout;
  readonly settle: (missing?: Missing) => void;
}

/** Sessions that have not answered, or `'unsent'` when it is not known which ones were asked. */
export type Missing = readonly number[] | 'unsent';

/** Messages that this process has published and that other processes have not all confirmed yet. */
export class PendingPublications {
  private readonly publications = new Map<string, Publication>();

  /** @param limit milliseconds to wait, first until the recipients are known, and then for their answers */
  constructor(private readonly limit: number) {}

  /** @returns undefined when all have answered, otherwise the sessions that have not */
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

  /** Sets the sessions whose answers are required, by backend process id. */
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

  /** Stops waiting for sessions that have ended. */
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
