/** Topic of the process bus: the API key of this id was deleted, so forget what you know of it. */
export const API_KEY_DELETED = 'api-key-deleted';
