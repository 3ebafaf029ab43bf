import type { ComponentProps } from 'react'
import styles from './button.module.css'
import { Spinner } from './spinner.tsx'

type Look = { kind?: 'primary' | 'plain' | 'danger' | 'quiet'; wide?: boolean }

/** The look alone, for a link that should be as easy to hit as a button. */
export const buttonClass = ({ kind = 'plain', wide = false }: Look) =>
  [styles.button, styles[kind], wide && styles.wide].filter(Boolean).join(' ')

/** While `pending` it keeps the focus and does nothing: a disabled button would throw the focus away. */
export const Button = ({
  kind,
  wide,
  pending = false,
  type = 'button',
  onClick,
  children,
  ...rest
}: Look & { pending?: boolean } & Omit<ComponentProps<'button'>, 'className'>) => (
  <button
    {...rest}
    type={type}
    className={buttonClass({ ...(kind && { kind }), ...(wide && { wide }) })}
    aria-disabled={pending || undefined}
    onClick={pending ? (event) => event.preventDefault() : onClick}
  >
    {pending && <Spinner />}
    {children}
  </button>
)
