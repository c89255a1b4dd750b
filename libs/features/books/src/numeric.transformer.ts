import type { ValueTransformer } from 'typeorm';

/** `numeric` columns as numbers: the driver gives text, since not every numeric fits a double. */
export const numeric: ValueTransformer = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
