import { join } from 'node:path';
import { IsOptional, IsString, Matches } from 'class-validator';
import { type CheckedSettings, type Environment, Int, isWebUrl, Text } from '@gatehouse/config';

export class StorageSettings implements CheckedSettings {
  /** Folder of the contents of uploaded files, shared by all processes. Not set: `files` in `DATA_DIR`. */
  @IsOptional()
  @IsString()
  STORAGE_DIR?: string;

  /** Bucket of the contents of uploaded files, used by nothing else. Not set: the folder `STORAGE_DIR`. */
  @IsOptional()
  @Matches(/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/, { message: 'S3_BUCKET must be the name of a bucket' })
  S3_BUCKET?: string;

  /** URL of a server that is compatible with S3, such as `https://minio.example.com`. Not set: Amazon. */
  @IsOptional()
  @Text('must be a URL such as https://minio.example.com', isWebUrl)
  S3_ENDPOINT?: string;

  /** Region of the bucket. */
  @Matches(/^[a-z\d-]{1,63}$/, { message: 'S3_REGION must be the name of a region' })
  S3_REGION = 'us-east-1';

  /** Access key for the bucket. Not set: the role of the machine or pod. */
  @IsOptional()
  @IsString()
  S3_ACCESS_KEY_ID?: string;

  /** Secret of `S3_ACCESS_KEY_ID`. */
  @IsOptional()
  @IsString()
  S3_SECRET_ACCESS_KEY?: string;

  /** Seconds for a request to S3, and between two parts of a download, after which S3 counts as unavailable. */
  @Int(1, 3600)
  S3_TIMEOUT_SECONDS = 30;

  folder({ DATA_DIR }: Environment): string {
    return this.STORAGE_DIR ?? join(DATA_DIR, 'files');
  }

  get credentials(): { accessKeyId: string; secretAccessKey: string } | undefined {
    const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = this;
    return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
  }

  problems(): string[] {
    const { S3_BUCKET, S3_ENDPOINT, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = this;
    return [
      ...(Boolean(id) === Boolean(secret)
        ? []
        : ['S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set together']),
      ...(S3_BUCKET || !(S3_ENDPOINT || id) ? [] : ['S3_BUCKET must be set to use S3']),
    ];
  }
}
