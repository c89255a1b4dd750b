/** Topic of the process bus: roles or groups hold other permissions than before, so forget who holds which. */
export const GRANTS_CHANGED = 'grants-changed';
