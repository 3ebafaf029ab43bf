import type { ApiKey, Overlap } from '@latchkey/contract/api-key'
import { Choices } from '@latchkey/ui/choices'
import { useState } from 'react'
import { Question } from '../../credentials/question.tsx'
import { m } from '../../messages/api-key.ts'
import { KeyBefore } from './key-before.tsx'
import { LastUse } from './last-use.tsx'
import { useGenerate } from './use-generate.ts'

type Props = { old: ApiKey; onMade: (apiKey: string) => void; onClose: () => void }

/** What a new key does to the one before, and how soon. */
export function ReplaceDialog({ old, onMade, onClose }: Props) {
  const generate = useGenerate(onMade)
  const [overlap, setOverlap] = useState<Overlap>('none')

  return (
    <Question
      title={m.replaceTitle}
      yes={m.generate}
      pending={generate.isPending}
      problem={generate.error}
      onYes={() => generate.mutate(overlap)}
      onClose={onClose}
    >
      <p>
        <strong>{m.pleaseNote}</strong> {m.replaceWarning}
      </p>
      <p>{overlap === 'none' ? m.failsAtOnce : m.failsLater}</p>
      <LastUse of={old} />
      {old.retiring && <KeyBefore {...old.retiring} />}
      <Choices legend={m.overlap} name="overlap" options={m.overlaps} first="none" onChoose={setOverlap} />
    </Question>
  )
}
