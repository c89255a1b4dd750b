/** Thrown by a stage that has answered the request itself, so that nothing after it runs. Not an error. */
class Answered extends Error {}

/** The one instance: making an error, with its stack, for each answer would cost more than the answer. */
export const answered: Error = new Answered('The request has been answered');
