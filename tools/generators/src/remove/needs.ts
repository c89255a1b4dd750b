const START = /^[ \t]*(?:\/\/|#|<!--) needs: ([a-z, -]+?)(?: -->)?[ \t]*$/;
const END = /^[ \t]*(?:\/\/|#|<!--) end(?: -->)?[ \t]*$/;

/**
 * Removes the passages of a text that need a feature: those between the comments `needs: books, files` and `end`, in the
 * syntax of the file. A comment without an end, at the beginning of a file, stands for the whole file.
 * @returns `undefined` when nothing of the file is left
 */
export function withoutFeature(text: string, feature: string): string | undefined {
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const needed = START.exec(lines[at]!)?.[1]?.split(/, */) ?? [];
    const end = needed.length > 0 ? lines.findIndex((line, index) => index > at && END.test(line)) : -1;
    if (!needed.includes(feature)) kept.push(lines[at]!);
    else if (end < 0) return undefined;
    else {
      at = end;
      if (kept.at(-1) === '' && lines[at + 1] === '') at++;
    }
  }
  return kept.join('\n');
}
