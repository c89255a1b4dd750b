import { readFileSync } from 'node:fs';

const SAMPLE_MS = 20;
const MB = 1024 * 1024;

/** Resident memory of a process in bytes (Linux). */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

/** Resident memory of a process during some work, in MB of 1,048,576 bytes. */
export interface MemoryUse<T> {
  result: T;
  before: number;
  highest: number;
  growth: number;
  seconds: number;
}

/** Samples the memory of a process fifty times a second while `work` runs. */
export async function watchMemory<T>(pid: number, work: () => Promise<T>): Promise<MemoryUse<T>> {
  const before = residentBytes(pid);
  const startedAt = performance.now();
  let highest = before;
  const timer = setInterval(() => (highest = Math.max(highest, residentBytes(pid))), SAMPLE_MS);
  try {
    const result = await work();
    highest = Math.max(highest, residentBytes(pid));
    return {
      result,
      before: before / MB,
      highest: highest / MB,
      growth: (highest - before) / MB,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    clearInterval(timer);
  }
}
