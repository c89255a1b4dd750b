import { UnavailableProblem } from '@gatehouse/http';

const RETRY_SECONDS = 60;

/** Codes of a disk that is full, broken, read-only or closed to this user, or of too many open files. */
const AWAY = /^(ENOSPC|EDQUOT|EIO|EROFS|EACCES|EPERM|ENOTDIR|EMFILE|ENFILE|ESTALE)$/;

/** @returns a problem instead of the error of a disk that cannot be used now; other errors unchanged */
export function diskProblem(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return AWAY.test(code ?? '') ? unavailable(error, RETRY_SECONDS) : error;
}

export function unavailable(cause: unknown, retrySeconds: number): UnavailableProblem {
  return new UnavailableProblem('The storage is unavailable', retrySeconds, cause);
}
