import { expect } from 'vitest';
import type { Answer, RequestOptions, TestApp } from '../support/test-app.js';

/** Calls an action, and expects a status and the given fields of the response. @returns the response */
export type TestAction = (
  target: string,
  action: 'create' | 'read' | 'update' | 'delete',
  body: object,
  status: number,
  expected?: object,
) => Promise<Answer>;

/** @param credentials token or headers of the caller; nobody by default */
export function actionTest(
  app: TestApp,
  credentials: Pick<RequestOptions, 'token' | 'headers'> = {},
): TestAction {
  return async (target, action, body, status, expected = {}) => {
    const answer = await app.request('POST', `/api/v0/${target}/${action}`, { ...credentials, body });
    expect(answer).toMatchObject({ status, body: expected });
    return answer;
  };
}
