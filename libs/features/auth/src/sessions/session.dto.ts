import { BooleanField, DateTimeField, EnumField, StringField, UuidField } from '@gatehouse/validation';
import type { Session, SessionKind } from './session.entity.js';

export class SessionParams {
  @UuidField({ description: 'Id of the session' })
  id: string;
}

const TIME = '2026-07-01T12:00:00.000Z';

/** A session as shown to its user. */
export class SessionDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @EnumField(['token', 'cookie'], { enumName: 'SessionKind', example: 'token' })
  kind: SessionKind;

  @StringField({ description: '`User-Agent` of the last use', example: 'Mozilla/5.0' })
  device: string;

  @StringField({ description: 'IP address of the last use', example: '203.0.113.7' })
  address: string;

  @DateTimeField({ example: TIME })
  createdAt: Date;

  @DateTimeField({ description: 'Log-in or refresh; for a cookie, accurate to a few minutes', example: TIME })
  lastUsedAt: Date;

  @DateTimeField({
    description: 'End of the session unless it is used before',
    example: '2026-07-31T12:00:00.000Z',
  })
  expiresAt: Date;

  @BooleanField({ description: 'Whether it is the session of this request', example: true })
  current: boolean;
}

/** @param currentId id of the session of the request, if any */
export function toSessionDto(session: Session, currentId: string | undefined): SessionDto {
  const { id, kind, device, address, createdAt, lastUsedAt, expiresAt } = session;
  return { id, kind, device, address, createdAt, lastUsedAt, expiresAt, current: id === currentId };
}
