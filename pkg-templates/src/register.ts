// What the types of your flags are. Empty as shipped: any key goes. `isoflag types` writes a file that fills `Register` from your
// datafile; from then on an unknown key does not compile, and every value has its type.

import type { Json } from './types.ts'

/**
 * Filled by the file that `isoflag types` writes:
 *
 * ```ts
 * declare module 'isoflag' {
 *   interface Register {
 *     flags: { 'upload-limit': { value: number; variant: 'small' | 'large' } }
 *   }
 * }
 * ```
 */
export interface Register {}

/** Chooses between what holds with registered flags and what holds without. */
export type Registered<With, Without> = Register extends { flags: object } ? With : Without

/** The key of a flag: any text, until flags are registered. */
export type FlagKey = Register extends { flags: infer Flags } ? Extract<keyof Flags, string> : string

/** The type of a flag's value. */
export type FlagValue<Key extends FlagKey = FlagKey> = Part<Key, 'value', Json>

/** The names of a flag's variants. */
export type FlagVariant<Key extends FlagKey = FlagKey> = Extract<Part<Key, 'variant', string>, string>

type Part<Key, Name extends string, Open> = Register extends { flags: infer Flags }
  ? // Distributes: of several keys the values of each.
    Key extends keyof Flags
    ? Flags[Key] extends Readonly<Record<Name, infer Type>>
      ? Type
      : Open
    : never
  : Open

/** Reads the value of a flag; the fallback says the type as long as no flags are registered. */
export type ReadFlag<Before extends readonly unknown[] = []> = Registered<
  <Key extends FlagKey>(...args: [...before: Before, key: Key, fallback: FlagValue<Key>]) => FlagValue<Key>,
  {
    (...args: [...before: Before, key: string, fallback: boolean]): boolean
    (...args: [...before: Before, key: string, fallback: number]): number
    (...args: [...before: Before, key: string, fallback: string]): string
    <T>(...args: [...before: Before, key: string, fallback: T]): T
  }
>
