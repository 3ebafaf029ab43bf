import type { StepUpPurpose } from '@latchkey/contract/step-up'
import type { cancelSetUp, deactivateTwoFactor, resetSecret, setUpLater } from '@latchkey/contract/two-factor'
import { useMutation } from '@tanstack/react-query'
import { useCall } from '../../api/step-up.ts'

type Change = typeof setUpLater | typeof cancelSetUp | typeof resetSecret | typeof deactivateTwoFactor

/** A button that changes how the second factor stands, and is done with that. */
export function useChange(endpoint: Change, onChanged: () => void, purpose?: StepUpPurpose) {
  const call = useCall()
  return useMutation({
    mutationFn: () => call<Change>(endpoint, purpose && { purpose }),
    onSuccess: onChanged,
  })
}
