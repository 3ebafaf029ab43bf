import type { BodyOf, Endpoint, ReplyOf } from '@latchkey/contract/endpoint'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type SubmitEvent, useEffect, useRef, useState } from 'react'
import type { InputArgument } from '../api/call.ts'
import { type ConfirmedInput, useCall } from '../api/step-up.ts'
import { m } from '../messages/factor.ts'
import { type Failure, failureOf, type Wording } from './failure.ts'

type Options<E extends Endpoint> = {
  onSuccess: (reply: ReplyOf<E>, form: HTMLFormElement) => void
  /** true when the failure was dealt with and needs no words in the form */
  onFailure?: (error: Error) => boolean
  /** what was typed, as the endpoint wants it; without it the fields are the body */
  body?: (typed: Record<string, string>) => BodyOf<E>
  wording?: Wording
}

const noFailure: Failure = { fields: {} }
/** What says more than the general sentences wherever a field of that name stands. */
const everywhere: Wording = { code: { invalid: m.sixDigits, required: m.sixDigits } }

/**
 * One form, one endpoint. Fields keep themselves; they are read when the form is sent and never put into a cache.
 * A failure appears under the field it points at, typed values stay, and the first bad field gets the focus.
 */
export function useEndpointForm<E extends Endpoint>(endpoint: E, options: Options<E>) {
  const call = useCall()
  const ref = useRef<HTMLFormElement>(null)
  const [failure, setFailure] = useState(noFailure)
  /** Known at once, not at the next render: whoever sends twice in a row sends once, until something else is typed. */
  const phase = useRef<'open' | 'sent' | 'done'>('open')

  const mutation = useMutation({
    mutationFn: (form: () => HTMLFormElement) => {
      const typed = Object.fromEntries(new FormData(form())) as Record<string, string>
      const body = options.body?.(typed) ?? typed
      return call(endpoint, ...([{ body }] as unknown as InputArgument<ConfirmedInput<E>>))
    },
    onSuccess: (reply, form) => {
      phase.current = 'done'
      mutation.reset()
      options.onSuccess(reply, form())
    },
    onError: (error, form) => {
      phase.current = 'open'
      mutation.reset()
      if (!options.onFailure?.(error)) setFailure(failureOf(error, form(), { ...everywhere, ...options.wording }))
    },
  })

  // The message must be there before the focus is, or a screen reader reads the field without it.
  useEffect(() => {
    if (failure !== noFailure) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [failure])

  return {
    pending: mutation.isPending,
    problem: failure.general,
    submit: () => ref.current?.requestSubmit(),
    form: {
      ref,
      method: 'post',
      noValidate: true,
      onSubmit: (event: SubmitEvent<HTMLFormElement>) => {
        event.preventDefault()
        if (phase.current !== 'open') return
        phase.current = 'sent'
        const form = event.currentTarget
        setFailure(noFailure)
        mutation.mutate(() => form)
      },
      /** Whoever corrects a field has read what was wrong with it. */
      onInput: (event: FormEvent<HTMLFormElement>) => {
        if (phase.current === 'done') phase.current = 'open'
        const { name } = event.target as HTMLInputElement
        if (failure.fields[name] === undefined) return
        const { [name]: _, ...others } = failure.fields
        setFailure({ ...failure, fields: others })
      },
    } as const,
    field: (name: Extract<keyof BodyOf<E>, string> | (string & {})) => ({ name, error: failure.fields[name] }),
  }
}
