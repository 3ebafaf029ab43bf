import styles from './strength-meter.module.css'

const tone = (level: number) => (level <= 1 ? styles.weak : level === 2 ? styles.fair : styles.good)

/** Four bars and a word; `level` from 0 (nothing yet) to 4. */
export const StrengthMeter = ({ level, word }: { level: number; word: string }) => (
  <div className={styles.meter}>
    <span className={`${styles.bars} ${tone(level)}`} aria-hidden="true">
      {[1, 2, 3, 4].map((bar) => (
        <span key={bar} className={bar <= level ? styles.on : undefined} />
      ))}
    </span>
    <span aria-live="polite">{word}</span>
  </div>
)
