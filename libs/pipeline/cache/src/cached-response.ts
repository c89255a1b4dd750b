/** A response as it left the handler: what a hit replays, byte for byte. */
export interface CachedResponse {
  status: number;
  /** Headers that the handler or the response stage set. Never `Set-Cookie`. */
  headers: Record<string, string>;
  /** JSON text. */
  body: string;
  /** Milliseconds since the epoch. */
  storedAt: number;
  /** The generation that each tag had before the handler ran; a drop gives the tag another. */
  generations: string[];
}
