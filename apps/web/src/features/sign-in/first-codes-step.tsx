import { Button } from '@latchkey/ui/button'
import { Notice } from '@latchkey/ui/notice'
import { useState } from 'react'
import { useAskBeforeLeaving } from '../../credentials/use-ask-before-leaving.ts'
import type { RecoveryCodes } from '../../enrolment/recovery-codes.ts'
import { SaveCodes } from '../../enrolment/save-codes.tsx'
import { m as enrolment } from '../../messages/enrolment.ts'

/** Signed in and set up; only the codes stand in between, because they are shown this once. */
export function FirstCodesStep({ codes, onDone }: { codes: RecoveryCodes; onDone: () => void }) {
  const [saved, setSaved] = useState(false)
  useAskBeforeLeaving(saved ? undefined : enrolment.leaveCodes)

  return (
    <>
      <Notice kind="good">
        <p>
          {enrolment.nowActive} {enrolment.codesWhy}
        </p>
      </Notice>
      <SaveCodes codes={codes} saved={saved} onSaved={setSaved} />
      <Button kind="primary" wide disabled={!saved} onClick={onDone}>
        {enrolment.done}
      </Button>
    </>
  )
}
