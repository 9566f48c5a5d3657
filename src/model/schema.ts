import * as core from 'zod/v4/core';

// The parts of our schemas: zod's core without its surface, which only the schemas would use, and which is as large as
// they are.

/** The type of a checked value. */
export type Checked<Schema extends core.$ZodType> = core.output<Schema>;

/** What is wrong: its place, and one of zod's codes. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  /** The kind of value that is wanted there, for an issue of `invalid_type`. */
  readonly expected?: string;
}

/**
 * Checks a value.
 *
 * @returns a copy without unknown fields, or everything that is wrong with it
 */
export function check<Schema extends core.$ZodType>(schema: Schema, value: unknown): { readonly data: Checked<Schema> } | { readonly issues: readonly Issue[] } {
  // The standard method of all schema libraries. None of our schemas is async, and zod's issues have a code.
  const result = schema['~standard'].validate(value) as StandardResult<Checked<Schema>>;
  return 'value' in result ? { data: result.value } : result;
}

type StandardResult<Value> = { readonly value: Value } | { readonly issues: readonly Issue[] };

/** Anything; other code checks it. */
export const unknown = <Value = unknown>() => new core.$ZodUnknown({ type: 'unknown' }) as core.$ZodType<Value>;

export const boolean = () => new core.$ZodBoolean({ type: 'boolean' });

export const number = () => new core.$ZodNumber({ type: 'number' });

export const positive = () => new core.$ZodNumber({ type: 'number', checks: [bounded(Number.MIN_VALUE, Number.MAX_VALUE)] });

/** A safe integer between two bounds, inclusive. */
export const whole = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  new core.$ZodNumber({ type: 'number', checks: [bounded(minimum, maximum, 'safeint')] });

/** Text of a certain length. */
export const text = (minimum: number, maximum: number) => new core.$ZodString({ type: 'string', checks: [bounded(minimum, maximum)] });

/** A list with a maximum length. */
export const array = <Item extends core.$ZodType>(element: Item, maximum: number) =>
  new core.$ZodArray({ type: 'array', element, checks: [bounded(0, maximum)] }) as core.$ZodArray<Item>;

export const optional = <Inner extends core.$ZodType>(innerType: Inner) => new core.$ZodOptional({ type: 'optional', innerType }) as core.$ZodOptional<Inner>;

export const nullable = <Inner extends core.$ZodType>(innerType: Inner) => new core.$ZodNullable({ type: 'nullable', innerType }) as core.$ZodNullable<Inner>;

/** A record that keeps only these fields. */
export const object = <Shape extends core.$ZodShape>(shape: Shape) => new core.$ZodObject({ type: 'object', shape }) as core.$ZodObject<Shape, core.$strip>;

/** A record that may have other fields too. */
export const looseObject = <Shape extends core.$ZodShape>(shape: Shape) =>
  new core.$ZodObject({ type: 'object', shape, catchall: unknown() }) as core.$ZodObject<Shape, core.$loose>;

/** Bounds a number, or the length of a text or a list. */
function bounded(minimum: number, maximum: number, format?: 'safeint'): core.$ZodCheck<number | string | readonly unknown[]> {
  const made = new core.$ZodCheck({ check: 'custom' });
  made._zod.check = ({ value, issues }: core.ParsePayload<number | string | readonly unknown[]>) => {
    const size = typeof value === 'number' ? value : value.length;
    const isInside = size >= minimum && size <= maximum;
    if (isInside && (format === undefined || Number.isInteger(size))) return;
    const told = { origin: typeof value, minimum, maximum, input: value, inst: made };
    issues.push(isInside ? { ...told, code: 'invalid_type', expected: 'int' } : { ...told, code: size < minimum ? 'too_small' : 'too_big' });
  };
  // zod looks here for the bounds of a schema that it describes.
  made._zod.onattach.push(({ _zod: { bag } }) => Object.assign(bag, { minimum, maximum, format }));
  return made;
}
