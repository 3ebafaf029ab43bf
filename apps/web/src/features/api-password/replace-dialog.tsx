import { RelativeTime } from '@latchkey/ui/relative-time'
import { Question } from '../../credentials/question.tsx'
import { m } from '../../messages/api-password.ts'
import { locale } from '../../messages/language.ts'
import { useGenerate } from './use-generate.ts'

type Props = { lastUsedAt: number | null; onMade: (apiPassword: string) => void; onClose: () => void }

/** What a new API password does to the one before. */
export function ReplaceDialog({ lastUsedAt, onMade, onClose }: Props) {
  const generate = useGenerate(onMade)

  return (
    <Question
      title={m.replaceTitle}
      yes={m.generate}
      pending={generate.isPending}
      problem={generate.error}
      onYes={() => generate.mutate()}
      onClose={onClose}
    >
      <p>{m.replaceWarning}</p>
      {lastUsedAt === null ? (
        <p>{m.oldNeverUsed}</p>
      ) : (
        <p>
          {m.oldUsed} <RelativeTime at={lastUsedAt} locale={locale} />.
        </p>
      )}
    </Question>
  )
}
