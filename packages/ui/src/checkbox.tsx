import type { ComponentProps } from 'react'
import styles from './checkbox.module.css'

export const Checkbox = ({
  label,
  ...input
}: { label: string } & Omit<ComponentProps<'input'>, 'type' | 'className'>) => (
  <label className={styles.checkbox}>
    <input type="checkbox" {...input} />
    {label}
  </label>
)
