import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  Equals,
  IsArray,
  IsBoolean,
  IsDefined,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  registerDecorator,
  Validate,
  ValidateIf,
  ValidateNested,
  ValidationArguments,
  ValidatorConstraint,
  ValidatorConstraintInterface,
} from 'class-validator';
import {
  BooleanField,
  EnumField,
  IntegerField,
  NestedField,
  NumberField,
  StringField,
  StringsField,
} from '../fields/index.js';

@ValidatorConstraint({ name: 'isEven' })
class IsEvenConstraint implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'number' && value % 2 === 0;
  }
}

function NotAbove(other: string): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'notAbove',
      target: target.constructor,
      propertyName: propertyName as string,
      constraints: [other],
      validator: {
        validate: (value: unknown, args?: ValidationArguments) =>
          (value as number) <= ((args!.object as Record<string, unknown>)[args!.constraints[0]] as number),
      },
    });
}

enum Colour {
  Red = 'red',
  Blue = 'blue',
}

export class Inner {
  @IsString()
  @MinLength(1)
  a: string;

  @IsOptional()
  @IsInt({ each: true })
  @IsArray()
  b?: number[];
}

export class Built {
  @IsString()
  @Length(1, 3)
  a: string;

  @IsInt()
  @Min(0)
  @Max(3)
  b: number;

  @IsOptional()
  @IsEnum(Colour)
  c?: Colour;

  @ValidateIf((dto: Built) => dto.b === 1)
  @IsBoolean()
  @IsNotEmpty()
  d: boolean;

  @Allow()
  e: unknown;
}

export class Custom {
  @Validate(IsEvenConstraint)
  a: number;

  @ValidateIf((dto: Custom) => typeof dto.a === 'number' && typeof dto.b === 'number')
  @NotAbove('a')
  @IsNumber()
  b: number;

  @IsIn([1, 'x', null])
  c: unknown;

  @IsDefined()
  d: unknown;

  @Equals(undefined)
  e: undefined;
}

export class Nested {
  @IsObject()
  @IsDefined()
  @ValidateNested()
  @Type(() => Inner)
  a: Inner;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(2)
  @ValidateNested({ each: true })
  @Type(() => Inner)
  b?: Inner[];
}

export class Fielded {
  @StringField({ min: 1, max: 3 })
  a: string;

  @IntegerField({ min: 0, max: 3, optional: true })
  b?: number;

  @EnumField(['red', 'blue'], { nullable: true })
  c: string | null;

  @BooleanField({ optional: true, nullable: true })
  d?: boolean | null;

  @NumberField({ min: 0, max: 3, decimals: 1 })
  e: number;
}

export class FieldedNested {
  @NestedField(() => Inner)
  a: Inner;

  @NestedField(() => Inner, { isArray: true, optional: true, maxItems: 2 })
  b?: Inner[];

  @StringsField({ min: 1, maxItems: 2, optional: true })
  c?: string[];
}

export class Child extends Built {
  @IsPositive()
  override b: number;

  @IsEmail()
  f: string;
}

export class Texts {
  @Matches(/^[a-z]+$/)
  @MaxLength(3)
  a: string;

  @IsUUID()
  b: string;

  @IsNumber({ maxDecimalPlaces: 1 })
  c: number;
}

export class PartialBuilt extends PartialType(Built) {}
export class Picked extends PickType(Custom, ['a', 'd']) {}
export class Omitted extends OmitType(Fielded, ['c']) {}
export class Both extends IntersectionType(PickType(Fielded, ['a']), OmitType(Texts, ['a'])) {}
