/** Topic of the process bus: the user of this id was changed or deleted, so forget what you know of it. */
export const USER_CHANGED = 'user-changed';
