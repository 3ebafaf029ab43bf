import type { ComponentProps } from 'react'
import { Field, type FieldLook } from './field.tsx'

type Props = FieldLook & Omit<ComponentProps<'input'>, 'id' | 'className'>

export const TextField = ({ label, aside, note, error, ...input }: Props) => (
  <Field label={label} aside={aside} note={note} error={error}>
    {(wiring) => <input type="text" {...input} {...wiring} />}
  </Field>
)
