import type { ValidationArguments } from 'class-validator';

export type Message = string | ((args: ValidationArguments) => string) | undefined;

/** Fills in the tokens of a class-validator message: `$property`, `$value`, `$target` and `$constraint1` onwards. */
export function fillMessage(message: Message, args: ValidationArguments): string {
  const text = typeof message === 'function' ? message(args) : (message ?? '');
  if (!text.includes('$')) return text;
  return text.replace(
    /\$(constraint(\d+)|value|property|target)/g,
    (token: string, name: string, index?: string) => {
      if (index) {
        const position = Number(index) - 1;
        return position in (args.constraints ?? []) ? constraintText(args.constraints[position]) : token;
      }
      if (name === 'property') return args.property;
      if (name === 'target') return args.targetName;
      return isPrintable(args.value) ? String(args.value) : token;
    },
  );
}

function constraintText(constraint: unknown): string {
  return Array.isArray(constraint) ? constraint.join(', ') : String(constraint);
}

function isPrintable(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
