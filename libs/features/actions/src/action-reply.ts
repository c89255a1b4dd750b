import type { ProblemDocument } from '@gatehouse/http';
import type { FastifyReply } from 'fastify';
import type { Fields } from './action-call.js';
import type { Source } from './actions.js';
import { invalid, InvalidFieldProblem } from './invalid-field.js';

const PROBLEM_TYPE = 'application/problem+json';

/** `Category not found`, `Book 17 not found`. */
const NOT_FOUND = /^([A-Z]\w*)(?: \S+)? not found$/;

/** Returns a reply through which the source answers in the form of an action: one JSON object. */
export function replyOfSource(reply: FastifyReply, source: Source, fields: Fields): FastifyReply {
  const send = (payload: unknown): FastifyReply => {
    const isProblem = reply.getHeader('content-type') === PROBLEM_TYPE;
    return isProblem ? sendProblemOf(payload as ProblemDocument) : sendObject(reply, payload as string);
  };
  const sendProblemOf = (document: ProblemDocument): FastifyReply => {
    const told = actionProblem(document, source, fields);
    return reply.code(told.status).serializer(JSON.stringify).send(told);
  };
  return Object.create(reply, { send: { value: send } }) as FastifyReply;
}

/** A list becomes the `items` of an object, and an empty response an empty object. */
function sendObject(reply: FastifyReply, text: string | undefined): FastifyReply {
  const status = reply.statusCode === 204 ? 200 : reply.statusCode;
  if (!text?.startsWith('[') && text) return reply.code(status).send(text);
  // A tag would be that of another body.
  return reply
    .code(status)
    .removeHeader('etag')
    .type('application/json; charset=utf-8')
    .send(text ? `{"items":${text}}` : '{}');
}

/** Invalid input, and the id of something that does not exist, is 400 and names the field; others stay as they are. */
function actionProblem(document: ProblemDocument, source: Source, fields: Fields): ProblemDocument {
  const { status, detail, instance, requestId, errors } = document;
  if (status !== 422 && status !== 404) return document;
  const name = status === 422 ? errors?.[0]?.path : unknownOf(detail, source, fields);
  const told = name === undefined ? detail : invalid(name, fields);
  return new InvalidFieldProblem(told, errors && { errors }).toDocument(instance, requestId);
}

/** The field that names what does not exist: `categoryId` for a category, else that of the path. */
function unknownOf(detail: string, { params }: Source, fields: Fields): string | undefined {
  const kind = NOT_FOUND.exec(detail)?.[1];
  if (kind === undefined) return undefined;
  const reference = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Id`;
  return Object.hasOwn(fields, reference) ? reference : params[0];
}
