import { EnvironmentError, loadEnvironment } from '@gatehouse/config';
import { describe, expect, it } from 'vitest';
import { StorageSettings } from './storage.settings.js';

describe('The settings of S3', () => {
  const problemsOf = (variables: Record<string, string>): string[] => {
    try {
      loadEnvironment(variables, [StorageSettings]);
      return [];
    } catch (error) {
      return (error as EnvironmentError).problems;
    }
  };

  it.each<[string, Record<string, string>]>([
    ['S3_BUCKET must', { S3_BUCKET: 'Not a bucket' }],
    ['S3_BUCKET must', { S3_ENDPOINT: 'http://minio' }],
    ['S3_ENDPOINT must', { S3_BUCKET: 'files', S3_ENDPOINT: 'minio:9000' }],
    ['S3_REGION must', { S3_BUCKET: 'files', S3_REGION: 'Europe (Frankfurt)' }],
    ['S3_ACCESS_KEY_ID and', { S3_BUCKET: 'files', S3_ACCESS_KEY_ID: 'key' }],
    ['S3_TIMEOUT_SECONDS must', { S3_BUCKET: 'files', S3_TIMEOUT_SECONDS: '0' }],
  ])('are refused with a sentence: %s', (start, variables) => {
    expect(problemsOf(variables)).toEqual([expect.stringMatching(`^${start}`)]);
  });
});
