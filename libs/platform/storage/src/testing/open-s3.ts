import { loadEnvironment } from '@gatehouse/config';
import { S3Storage } from '../s3-storage.js';
import { StorageSettings } from '../storage.settings.js';
import { S3Server } from './s3-server.js';

/** An S3 storage as its settings make it. */
export function s3Storage(variables: Record<string, string>): S3Storage {
  return new S3Storage(loadEnvironment(variables, [StorageSettings]).of(StorageSettings));
}

/** Starts a server, and a storage that uses it. */
export async function openS3() {
  const server = await S3Server.start();
  return {
    storage: s3Storage(server.settings),
    stored: () => server.keys(),
    close: () => server.stop(),
  };
}
