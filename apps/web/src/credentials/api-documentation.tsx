import stack from '../forms/stack.module.css'
import { m } from '../messages/credentials.ts'

/** The way to what a program can call. The documentation is a page of its own and no part of this app. */
export const ApiDocumentation = () => (
  <p className={stack.aside}>
    {m.whatCanBeCalled} <a href="/api/docs">{m.apiDocumentation}</a>.
  </p>
)
