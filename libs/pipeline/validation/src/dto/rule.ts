import type { ValidationArguments, ValidatorConstraintInterface } from 'class-validator';
import type { ConstraintMetadata } from 'class-validator/types/metadata/ConstraintMetadata.js';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import { fillMessage } from './message.js';
import { hasDecimalsWithin, stricterRules } from './stricter-rules.js';

type Check = ValidatorConstraintInterface['validate'];

/** One class-validator decorator on one property, resolved. */
export class Rule {
  /** class-validator's name of the rule, e.g. `maxLength`: the `code` of its errors. */
  readonly name: string;
  private readonly validator: ValidatorConstraintInterface;
  private readonly stricter: Check | undefined;
  private readonly decimals: number | undefined;

  constructor(
    private readonly metadata: ValidationMetadata,
    constraint: ConstraintMetadata,
  ) {
    this.name = constraint.name || metadata.type;
    this.validator = constraint.instance;
    this.stricter = metadata.name ? stricterRules.get(metadata.name) : undefined;
    this.decimals = metadata.name === 'isNumber' ? metadata.constraints?.[0]?.maxDecimalPlaces : undefined;
  }

  /** Index of the first item that breaks the rule, for a rule on each; -1 for the value itself; undefined for none. */
  firstFailure(value: unknown, object: object): number | undefined {
    if (this.metadata.validateIf && !this.metadata.validateIf(object, value)) return undefined;
    const args = this.argumentsFor(value, object);
    if (!this.metadata.each || !Array.isArray(value)) return this.passes(value, args) ? undefined : -1;
    for (let i = 0; i < value.length; i++) {
      if (!this.passes(value[i], args)) return i;
    }
    return undefined;
  }

  message(value: unknown, object: object): string {
    const args = this.argumentsFor(value, object);
    return fillMessage(this.metadata.message || this.validator.defaultMessage?.(args), args);
  }

  private passes(value: unknown, args: ValidationArguments): boolean {
    if (this.decimals !== undefined) {
      return typeof value === 'number' && Number.isFinite(value) && hasDecimalsWithin(value, this.decimals);
    }
    const result = this.validator.validate(value, args);
    if (typeof result === 'object')
      throw new TypeError(`The rule ${this.name} is async, which is not supported`);
    return Boolean(result) && (!this.stricter || Boolean(this.stricter(value, args)));
  }

  private argumentsFor(value: unknown, object: object): ValidationArguments {
    const { propertyName, constraints } = this.metadata;
    return { targetName: object.constructor.name, property: propertyName, object, value, constraints };
  }
}
