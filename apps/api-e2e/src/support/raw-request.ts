import { connect } from 'node:net';

const LIMIT_MS = 60_000;

/**
 * Sends bytes unchanged, and returns everything that the server sends until it closes the connection or is silent for
 * `ms` milliseconds.
 */
export function rawRequest(url: string, bytes: string | Buffer, ms = 3000): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    socket.setTimeout(LIMIT_MS, () => socket.destroy());
    socket.once('data', () => socket.setTimeout(ms));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', (error) => (answer ? resolve(answer) : reject(error)));
    socket.on('close', () => resolve(answer));
  });
}
