import { Button } from '@latchkey/ui/button'
import { Component, type ReactNode } from 'react'
import { m } from '../messages/shell.ts'
import { QuietCard } from './quiet-card.tsx'

/** The last net: a page that threw, or whose file could not be fetched. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <QuietCard title={m.broken}>
        <p>{m.brokenWhy}</p>
        <Button kind="primary" wide onClick={() => location.reload()}>
          {m.loadAgain}
        </Button>
      </QuietCard>
    )
  }
}
