import styles from './checklist.module.css'
import { VisuallyHidden } from './visually-hidden.tsx'

type Props = { items: { text: string; met: boolean }[]; labels: { met: string; open: string } }

/** Rules that tick themselves off. */
export const Checklist = ({ items, labels }: Props) => (
  <ul className={styles.list}>
    {items.map(({ text, met }) => (
      <li key={text} className={met ? `${styles.item} ${styles.met}` : styles.item}>
        <span>
          {text}
          <VisuallyHidden> ({met ? labels.met : labels.open})</VisuallyHidden>
        </span>
      </li>
    ))}
  </ul>
)
