import styles from './choices.module.css'

type Props<Value extends string> = {
  legend: string
  name: string
  options: readonly { value: Value; label: string; note?: string }[]
  /** what is chosen to begin with */
  first: Value
  /** side by side where there is room: for a word or two each */
  inRow?: boolean
  onChoose?: (value: Value) => void
}

/** One of a few, all of them in sight. */
export const Choices = <Value extends string>({ legend, name, options, first, inRow, onChoose }: Props<Value>) => (
  <fieldset className={styles.choices}>
    <legend className={styles.legend}>{legend}</legend>
    <div className={inRow ? `${styles.options} ${styles.inRow}` : styles.options}>
      {options.map(({ value, label, note }) => (
        <label key={value} className={styles.option}>
          <input
            type="radio"
            name={name}
            value={value}
            defaultChecked={value === first}
            onChange={() => onChoose?.(value)}
          />
          <span>
            {label}
            {note && <span className={styles.note}>{note}</span>}
          </span>
        </label>
      ))}
    </div>
  </fieldset>
)
