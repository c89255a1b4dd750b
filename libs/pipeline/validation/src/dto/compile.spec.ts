import type { Type as Class } from '@nestjs/common';
import { Expose, Type } from 'class-transformer';
import {
  IsString,
  registerDecorator,
  Validate,
  ValidateNested,
  ValidatePromise,
  ValidatorConstraint,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { run } from './run.fixture.js';

describe('what cannot be compiled', () => {
  @ValidatorConstraint({ async: true })
  class AsyncConstraint {
    validate(): Promise<boolean> {
      return Promise.resolve(true);
    }
  }

  class NoConstraint {
    validate(): boolean {
      return true;
    }
  }

  class Async {
    @Validate(AsyncConstraint)
    a: string;
  }

  class Undecorated {
    @Validate(NoConstraint)
    a: string;
  }

  class Grouped {
    @IsString({ groups: ['x'] })
    a: string;
  }

  class Promised {
    @ValidatePromise()
    a: Promise<string>;
  }

  class Renamed {
    @Expose({ name: 'b' })
    @IsString()
    a: string;
  }

  class Untyped {
    @ValidateNested({ each: true })
    a: object[];
  }

  class Discriminated {
    @ValidateNested()
    @Type(() => Object, { discriminator: { property: 'kind', subTypes: [] } })
    a: object;
  }

  class Nothing {
    a: string;
  }

  it.each([
    [Async, 'Async.a: async rules are not supported'],
    [Undecorated, 'lacks @ValidatorConstraint()'],
    [Grouped, 'groups are not supported'],
    [Promised, '@ValidatePromise() is not supported'],
    [Renamed, '@Expose({ name }) is not supported'],
    [Untyped, '@ValidateNested() needs @Type(() => Class)'],
    [Discriminated, 'discriminator'],
    [Nothing, 'Nothing has no validation rules'],
  ] as [Class<object>, string][])('%o throws', (type, message) => {
    expect(() => run(type, {})).toThrow(message);
  });

  it('includes a rule that turns out to be async', () => {
    class Sneaky {
      @((target: object, propertyName: string) =>
        registerDecorator({
          target: target.constructor,
          propertyName,
          name: 'sneaky',
          validator: { validate: () => Promise.resolve(false) },
        }))
      a: string;
    }
    expect(() => run(Sneaky, { a: 'x' })).toThrow('The rule sneaky is async');
  });
});
