import styles from './spinner.module.css'

/** Says "still at it" to the eye only; the words come from what stands beside it. */
export const Spinner = () => <span className={styles.spinner} aria-hidden="true" />
