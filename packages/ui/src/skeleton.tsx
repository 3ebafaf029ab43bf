import styles from './skeleton.module.css'
import { VisuallyHidden } from './visually-hidden.tsx'

/** The shape of what is coming, and the word for it. */
export const Skeleton = ({ label }: { label: string }) => (
  <div className={styles.skeleton} role="status">
    <i />
    <i />
    <i />
    <VisuallyHidden>{label}</VisuallyHidden>
  </div>
)
