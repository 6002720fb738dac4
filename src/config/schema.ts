/** Schemas: what a value may be, as data that `read` walks. The type of what comes out follows from them. */
import type { Path } from "./path.ts";

/** A single value: answers what it stands for, or refuses it. */
export interface Leaf<T> {
  readonly kind: "leaf";
  readonly read: (value: unknown, path: Path) => T;
  /** The only ones there are, if it is one of a few words. */
  readonly words?: readonly string[];
}

/** A list of at most `max` entries. */
export interface List<S> {
  readonly kind: "list";
  readonly item: S;
  readonly max: number;
}

/** An object with these keys and no others. */
export interface Group<E> {
  readonly kind: "group";
  readonly entries: E;
  /** The keys, in the order in which missing ones are filled in. */
  readonly names: readonly string[];
  /** What a key stands for that is none of them, if it has a form that is known. */
  readonly others?: (key: string) => unknown;
}

/** What may be left out. `byDefault` stands for it then: a single value as it comes out, a list or an object as a user would write it. */
export interface Optional<S, D> {
  readonly kind: "optional";
  readonly wrapped: S;
  readonly byDefault: D;
}

/** An object with any keys. */
export interface Table<S> {
  readonly kind: "table";
  readonly item: S;
}

/** A plain value, or an object that says more. */
export interface Either<P, S> {
  readonly kind: "either";
  readonly plain: P;
  readonly more: S;
}

/** A schema that is built when a value for it comes. */
export interface Lazy<S> {
  readonly kind: "lazy";
  readonly make: () => S;
}

export type Schema =
  | Leaf<unknown>
  | List<unknown>
  | Group<unknown>
  | Table<unknown>
  | Either<unknown, unknown>
  | Lazy<unknown>
  | Optional<unknown, unknown>;

/** What `read` answers. */
// biome-ignore format: one kind a line
export type Output<S> =
  S extends Leaf<infer T> ? T
  : S extends List<infer I> ? Output<I>[]
  : S extends Group<infer E> ? { [K in keyof E]: Output<E[K]> }
  : S extends Table<infer I> ? Record<string, Output<I>>
  : S extends Either<infer P, infer M> ? Output<P> | Output<M>
  : S extends Lazy<infer L> ? Output<L>
  : S extends Optional<infer W, infer D> ? Output<W> | (D extends undefined ? undefined : never)
  : never;

export const leaf = <T>(read: Leaf<T>["read"]): Leaf<T> => ({ kind: "leaf", read });
export const list = <S extends Schema>(item: S, max: number): List<S> => ({ kind: "list", item, max });
export const group = <const E extends Record<string, Schema>>(entries: E, others?: (key: string) => Schema | undefined): Group<E> => ({
  kind: "group",
  entries,
  names: Object.keys(entries),
  ...(others && { others }),
});

export const table = <S extends Schema>(item: S): Table<S> => ({ kind: "table", item });
export const either = <P extends Schema, M extends Schema>(plain: P, more: M): Either<P, M> => ({ kind: "either", plain, more });
export const lazy = <S extends Schema>(make: () => S): Lazy<S> => ({ kind: "lazy", make });

export function optional<S extends Schema>(wrapped: S): Optional<S, undefined>;
export function optional<S extends Schema, D>(wrapped: S, byDefault: D): Optional<S, D>;
export function optional(wrapped: Schema, byDefault?: unknown): Optional<Schema, unknown> {
  return { kind: "optional", wrapped, byDefault };
}
