import { Problem, UnavailableProblem } from '@gatehouse/http';

/** Seconds after which a refused client may retry. */
const RETRY_AFTER = 60;

/** Limits how many things of one kind, such as event streams, are open at once in this process. */
export class OpenLimit {
  /** Number of open things. */
  total = 0;
  private readonly open = new Map<string, number>();

  /**
   * @param things name in plural, e.g. `event streams`
   * @param holder to whom `perHolder` applies, e.g. `from one address`
   */
  constructor(
    private readonly things: string,
    private readonly holder: string,
    public perHolder: number,
    public perProcess: number,
  ) {}

  /**
   * Counts one more.
   * @returns the function to call, once, when it has ended
   * @throws {Problem} 429 when the holder has too many, {UnavailableProblem} when the process has
   */
  take(holder: string): () => void {
    const before = this.open.get(holder) ?? 0;
    if (before >= this.perHolder) {
      const detail = `Too many ${this.things} ${this.holder}. Max ${this.perHolder} at once`;
      throw new Problem('rate-limit-exceeded', detail, { headers: { 'retry-after': String(RETRY_AFTER) } });
    }
    if (this.total >= this.perProcess) throw new UnavailableProblem(`Too many ${this.things}`, RETRY_AFTER);
    this.total++;
    this.open.set(holder, before + 1);
    return () => this.release(holder);
  }

  private release(holder: string): void {
    this.total--;
    const left = this.open.get(holder)! - 1;
    if (left > 0) this.open.set(holder, left);
    else this.open.delete(holder);
  }
}
