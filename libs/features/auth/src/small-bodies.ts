import { Input } from '@gatehouse/validation';

/** For every controller under `/auth`, which anybody can send bodies to: they hold names, secrets and addresses. */
export const SmallBodies = (): ClassDecorator => Input({ body: { limit: 16 * 1024 } });
