/**
 * Lets a schema stop looking once it has found enough. Zod collects a fault for every entry of an array; a body of 16 MiB
 * has room for millions of wrong ones, which would cost minutes and gigabytes to tell. Arrays of plain numbers, which data
 * are, are looked at without zod where nothing is wrong: 30 times as fast.
 */
import { z } from "zod";

const ENOUGH = 100;

type Schema = z.core.$ZodType;
type Parse = Schema["_zod"]["parse"];

/** Changes the arrays and records of `schema` in place: each gives up after a hundred faults. What they accept stays as it is. */
export function boundFaults<S extends Schema>(schema: S): S {
  visit(schema, new Set());
  return schema;
}

function visit(schema: Schema, seen: Set<Schema>): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  for (const part of partsOf(schema)) visit(part, seen);
  if (schema instanceof z.core.$ZodArray) boundArray(schema);
  else if (schema instanceof z.core.$ZodRecord) boundRecord(schema);
}

function partsOf(schema: Schema): readonly Schema[] {
  if (schema instanceof z.core.$ZodObject) return Object.values(schema._zod.def.shape);
  if (schema instanceof z.core.$ZodArray) return [schema._zod.def.element];
  if (schema instanceof z.core.$ZodRecord) return [schema._zod.def.valueType];
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options;
  if (schema instanceof z.core.$ZodTuple) return schema._zod.def.items;
  if (schema instanceof z.core.$ZodPipe) return [schema._zod.def.in, schema._zod.def.out];
  const { def } = schema._zod; // what is left are leaves and wrappers: optional, default, nullable …
  return "innerType" in def && def.innerType instanceof z.core.$ZodType ? [def.innerType] : [];
}

function boundArray(schema: z.core.$ZodArray): void {
  const most = mostEntries(schema);
  const ofNumbers = isPlainNumber(schema._zod.def.element);
  replaceParse(schema, (original) => (payload, context) => {
    const input: unknown = payload.value;
    if (!Array.isArray(input) || input.length > most) return original(payload, context); // zod refuses it at once
    if (ofNumbers && input.every(Number.isFinite)) return payload;
    const output = new Array(input.length);
    for (let i = 0; i < input.length; i++) {
      const result = sync(schema._zod.def.element._zod.run({ value: input[i], issues: [] }, context));
      if (result.issues.length > 0) {
        payload.issues.push(...z.core.util.prefixIssues(i, result.issues));
        if (payload.issues.length >= ENOUGH) return payload;
      }
      output[i] = result.value;
    }
    payload.value = output;
    return payload;
  });
}

/** Whether the schema takes every finite number, and nothing else. */
function isPlainNumber(schema: Schema): boolean {
  if (!(schema instanceof z.core.$ZodNumber) || schema instanceof z.core.$ZodNumberFormat) return false;
  const { coerce, checks = [] } = schema._zod.def;
  return !coerce && checks.length === 0;
}

function mostEntries(schema: z.core.$ZodArray): number {
  const limits = (schema._zod.def.checks ?? []).filter((check) => check instanceof z.core.$ZodCheckMaxLength);
  return Math.min(...limits.map(({ _zod }) => _zod.def.maximum));
}

/** Keys are looked at by zod itself; before it, the values are until enough are wrong. */
function boundRecord(schema: z.core.$ZodRecord): void {
  replaceParse(schema, (original) => (payload, context) => {
    const input: unknown = payload.value;
    if (!isLarge(input)) {
      return original(payload, context);
    }
    const issues: z.core.$ZodRawIssue[] = [];
    for (const [key, value] of Object.entries(input)) {
      const result = sync(schema._zod.def.valueType._zod.run({ value, issues: [] }, context));
      issues.push(...z.core.util.prefixIssues(key, result.issues));
      if (issues.length < ENOUGH) continue;
      payload.issues.push(...issues);
      return payload;
    }
    return original(payload, context);
  });
}

function isLarge(input: unknown): input is object {
  return typeof input === "object" && input !== null && !Array.isArray(input) && Object.keys(input).length >= ENOUGH;
}

function replaceParse(schema: Schema, make: (original: Parse) => Parse): void {
  schema._zod.run({ value: undefined, issues: [] }, { async: false }); // zod settles its own wrapping at the first parse
  const original = schema._zod.parse;
  const bounded = make(original);
  schema._zod.parse = bounded;
  if (schema._zod.run === original) schema._zod.run = bounded; // so it is where the schema has no checks of its own
}

function sync<T>(result: T | Promise<T>): T {
  if (result instanceof Promise) throw new z.core.$ZodAsyncError();
  return result;
}
