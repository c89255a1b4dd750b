import { DateTimeField, StringField, StringsField, UuidField } from '@gatehouse/validation';

/** An API key as its owner sees it again: without the key itself. */
export class ApiKeyDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @StringField({ example: 'Nightly import' })
  name: string;

  @StringField({ description: 'How the key begins', example: 'ghk_Zk3vX9qL' })
  prefix: string;

  @StringsField({ maxItems: 100, example: ['books.write'] })
  permissions: string[];

  @DateTimeField({ nullable: true, example: '2099-12-31T00:00:00.000Z' })
  expiresAt: Date | null;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ nullable: true, description: 'To a minute', example: '2026-07-01T12:00:00.000Z' })
  lastUsedAt: Date | null;
}
