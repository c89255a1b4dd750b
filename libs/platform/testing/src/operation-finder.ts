/** An operation of the document with its path as documented. */
export interface FoundOperation {
  template: string;
  deprecated: boolean;
  responses: Record<string, object>;
}

interface Candidate {
  template: string;
  pattern: RegExp;
  /** More parameters make it less specific. */
  parameters: number;
  item: Record<string, { deprecated?: boolean; responses?: Record<string, object> } | undefined>;
}

/** Finds the operation of a request: of several, the one with the fewest parameters. */
export class OperationFinder {
  private readonly candidates: Candidate[];

  constructor(paths: Record<string, object>) {
    this.candidates = Object.entries(paths)
      .map(([template, item]) => ({
        template,
        pattern: patternOf(template),
        parameters: template.split('{').length - 1,
        item: item as Candidate['item'],
      }))
      .sort((a, b) => a.parameters - b.parameters);
  }

  /** HEAD is treated like GET. */
  find(method: string, path: string): FoundOperation | undefined {
    const name = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase();
    const [plain = ''] = path.split('?');
    for (const { template, pattern, item } of this.candidates) {
      const operation = item[name];
      if (!operation || !pattern.test(plain)) continue;
      const { deprecated = false, responses = {} } = operation;
      return { template, deprecated, responses };
    }
    return undefined;
  }
}

function patternOf(template: string): RegExp {
  const parts = template.split(/\{[^}]+\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}/?$`);
}
