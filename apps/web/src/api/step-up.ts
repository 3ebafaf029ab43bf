import type { Endpoint, ReplyOf } from '@latchkey/contract/endpoint'
import { Problem } from '@latchkey/contract/problem'
import type { StepUpPurpose } from '@latchkey/contract/step-up'
import { createContext, use } from 'react'
import { call, type InputArgument, type InputOf } from './call.ts'
import { isProblem } from './is-problem.ts'

/** What a proof is asked for: the operation, and its purpose where a proof serves nothing else. */
export type Asked = { endpoint: Pick<Endpoint, 'method' | 'path'>; purpose: StepUpPurpose | undefined }

/** Asks the person to prove who they are; fails with `step-up-required` when they would rather not. */
export type Confirm = (asked: Asked) => Promise<void>

export const ConfirmContext = createContext<Confirm>(() => Promise.reject(new Problem('step-up-required')))

export type ConfirmedInput<E extends Endpoint> = InputOf<E> & { purpose?: StepUpPurpose; justProved?: boolean }

/**
 * `call`, for whatever may need a fresh proof: on `step-up-required` it asks once, then repeats the very same request,
 * so that nothing typed is lost. An action that always asks is asked for before it is sent: it has a purpose. Only
 * `justProved`, right after the person showed what it needs, is it sent without asking first.
 */
export function useCall() {
  const confirm = use(ConfirmContext)

  return async <E extends Endpoint>(endpoint: E, ...args: InputArgument<ConfirmedInput<E>>): Promise<ReplyOf<E>> => {
    const { purpose, justProved } = (args[0] ?? {}) as { purpose?: StepUpPurpose; justProved?: boolean }
    const send = () => call(endpoint, ...(args as InputArgument<InputOf<E>>))
    if (purpose && !justProved) {
      await confirm({ endpoint, purpose })
      return send()
    }
    return send().catch(async (error: unknown) => {
      if (!isProblem(error, 'step-up-required')) throw error
      await confirm({ endpoint, purpose })
      return send()
    })
  }
}
