/**
 * Returns `books_list` for `BooksController.list`, and `users_list_v2` for `UsersV2Controller.list` of the second
 * version.
 * @param version in the notation of Nest's URI versioning, e.g. `v2`
 */
export function operationId(controller: string, method: string, version?: string): string {
  const name = `${lowerFirst(controller.replace(/(V\d+)?Controller$/, ''))}_${method}`.replaceAll(
    /[^\w]+/g,
    '_',
  );
  const suffix =
    version && !/^v?1$/.test(version) ? `_${version.startsWith('v') ? version : `v${version}`}` : '';
  return name.replace(/(?<!_)_+$/, '') + suffix;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
