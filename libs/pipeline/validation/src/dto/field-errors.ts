import type { FieldError } from '@gatehouse/http';
import { getMetadataStorage, type ValidationError, ValidationTypes } from 'class-validator';
import { metadataOf } from './dto-metadata.js';

/** Maximum number of errors, so that a response cannot be much larger than the request. */
export const MAX_ERRORS = 100;
const MAX_PATH = 200;

/** The first error of each field, with its dotted path; unknown fields come last. */
export function toFieldErrors(errors: readonly ValidationError[]): FieldError[] {
  const found: FieldError[] = [];
  for (const error of walk(errors, '')) {
    if (found.push(error) === MAX_ERRORS) break;
  }
  return found;
}

function* walk(errors: readonly ValidationError[], parent: string): Generator<FieldError> {
  for (const error of errors.filter((each) => !isUnknown(each))) {
    const path = `${parent}${error.property ?? ''}`.replace(/\.$/, '');
    const [broken] = Object.entries(error.constraints ?? {});
    if (broken) yield describe(error, path, broken);
    yield* walk(error.children ?? [], `${path}.`);
  }
  for (const { property } of errors.filter(isUnknown)) {
    const whole = parent + property;
    const path = whole.length > MAX_PATH ? `${whole.slice(0, MAX_PATH)}…` : whole;
    yield { path, code: 'unknown', message: `${path} is not a known field` };
  }
}

function isUnknown({ constraints }: ValidationError): boolean {
  return constraints?.[ValidationTypes.WHITELIST] !== undefined;
}

function describe(error: ValidationError, path: string, [code, message]: [string, string]): FieldError {
  const isAbsent = error.target !== undefined && error.value === undefined;
  if (isAbsent) return { path, code: 'required', message: `${error.property} is required` };
  return { path: path + wrongItem(error, code), code, message };
}

/** Finds the invalid item of an array: class-validator reports that one breaks a rule, but not which. */
function wrongItem({ target, property, value }: ValidationError, code: string): string {
  if (!target || !Array.isArray(value)) return '';
  for (const { propertyName, each, constraintCls, constraints } of metadataOf(target.constructor)) {
    if (propertyName !== property || !each) continue;
    const rules = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
    const rule = rules.find(({ name, async }) => name === code && !async);
    const args = { value, constraints, targetName: target.constructor.name, object: target, property };
    const index = rule ? value.findIndex((item) => !rule.instance.validate(item, args)) : -1;
    if (index >= 0) return `.${index}`;
  }
  return '';
}
