import { m } from '../../messages/two-factor.ts'
import styles from './step-list.module.css'

/** Where one stands on the way: what is behind, where one is, what is to come. */
export const StepList = ({ here }: { here: number }) => (
  <ol className={styles.steps} aria-label={m.stepsLabel}>
    {m.steps.map((name, index) => (
      <li
        key={name}
        className={index < here ? styles.behind : undefined}
        aria-current={index === here ? 'step' : undefined}
      >
        {name}
      </li>
    ))}
  </ol>
)
