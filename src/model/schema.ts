import * as core from 'zod/v4/core';

// What our schemas are made of: zod's core without its surface, which nobody but the schemas would use, and which is as large as they are.

/** What a value is that was checked. */
export type Checked<Schema extends core.$ZodType> = core.output<Schema>;

/** What was wrong: where, and as one of zod's codes. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  /** What kind of value is wanted there, in an issue of `invalid_type`. */
  readonly expected?: string;
}

/**
 * Checks a value.
 *
 * @returns a copy of it without what the schema does not know, or all that is wrong with it
 */
export function check<Schema extends core.$ZodType>(schema: Schema, value: unknown): { readonly data: Checked<Schema> } | { readonly issues: readonly Issue[] } {
  // By the way that all libraries of schemas have. No schema of ours waits for anything, and zod's issues have a code.
  const result = schema['~standard'].validate(value) as StandardResult<Checked<Schema>>;
  return 'value' in result ? { data: result.value } : result;
}

type StandardResult<Value> = { readonly value: Value } | { readonly issues: readonly Issue[] };

/** Anything: what it is, somebody else finds out. */
export const unknown = <Value = unknown>() => new core.$ZodUnknown({ type: 'unknown' }) as core.$ZodType<Value>;

export const boolean = () => new core.$ZodBoolean({ type: 'boolean' });

export const number = () => new core.$ZodNumber({ type: 'number' });

export const positive = () => new core.$ZodNumber({ type: 'number', checks: [bounded(Number.MIN_VALUE, Number.MAX_VALUE)] });

/** A whole number that can be counted with, in bounds that are included. */
export const whole = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  new core.$ZodNumber({ type: 'number', checks: [bounded(minimum, maximum, 'safeint')] });

/** Text of so many characters. */
export const text = (minimum: number, maximum: number) => new core.$ZodString({ type: 'string', checks: [bounded(minimum, maximum)] });

/** A list of so many items at the most. */
export const array = <Item extends core.$ZodType>(element: Item, maximum: number) =>
  new core.$ZodArray({ type: 'array', element, checks: [bounded(0, maximum)] }) as core.$ZodArray<Item>;

export const optional = <Inner extends core.$ZodType>(innerType: Inner) => new core.$ZodOptional({ type: 'optional', innerType }) as core.$ZodOptional<Inner>;

export const nullable = <Inner extends core.$ZodType>(innerType: Inner) => new core.$ZodNullable({ type: 'nullable', innerType }) as core.$ZodNullable<Inner>;

/** A record of which nothing but these fields is kept. */
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
  // Where zod looks for the bounds of a schema that it describes.
  made._zod.onattach.push(({ _zod: { bag } }) => Object.assign(bag, { minimum, maximum, format }));
  return made;
}
