import { type ComponentType, lazy } from 'react'

/** A component in a file of its own, fetched when it is first needed. */
export const later = <Name extends string, Props = object>(
  load: () => Promise<Record<Name, ComponentType<Props>>>,
  name: Name,
) => lazy(async () => ({ default: (await load())[name] }))
