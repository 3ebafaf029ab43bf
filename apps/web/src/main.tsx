import '@latchkey/ui/tokens.css'
import '@latchkey/ui/reset.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router-dom'
import { createQueryClient } from './api/query-client.ts'
import { AppRoutes } from './routes.tsx'
import { takeSetupToken } from './setup-token.ts'
import { ErrorBoundary } from './shell/error-boundary.tsx'

// Before anything else runs, so that the token is in no history entry and no referrer.
const setupToken = takeSetupToken()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')

createRoot(root).render(
  <ErrorBoundary>
    <QueryClientProvider client={createQueryClient()}>
      <BrowserRouter>
        <AppRoutes setupToken={setupToken} />
      </BrowserRouter>
    </QueryClientProvider>
  </ErrorBoundary>,
)
