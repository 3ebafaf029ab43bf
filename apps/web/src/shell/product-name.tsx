import { m } from '../messages/everywhere.ts'
import styles from './product-name.module.css'

export const ProductName = () => (
  <span className={styles.name}>
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <rect className={styles.plate} width="24" height="24" rx="6" />
      <path className={styles.hole} d="M12 5a4 4 0 0 0-1.6 7.67L9.2 19h5.6l-1.2-6.33A4 4 0 0 0 12 5Z" />
    </svg>
    {m.productName}
  </span>
)
