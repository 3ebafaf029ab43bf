import '@latchkey/ui/tokens.css'
import '@scalar/api-reference/style.css'
import './api-docs.css'
import { openApiPath } from '@latchkey/contract/endpoint'
import { config } from 'zod/mini'

// The renderer gives its content no id that a link could name, and takes what stands after # for one of its own.
document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault()
  const content = document.querySelector('main')
  content?.setAttribute('tabindex', '-1')
  content?.focus()
})

// The renderer's own schemas would try whether code can be made at run time, which this page's policy refuses aloud.
config({ jitless: true })
const { createApiReference } = await import('@scalar/api-reference')

createApiReference('#api-docs', {
  url: openApiPath,
  // Nobody but this server is spoken to: the policy of the page would refuse it, and so nothing offers it.
  telemetry: false,
  withDefaultFonts: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  hideTestRequestButton: true,
  persistAuth: false,
  // The curl examples come with the document, with the credential each operation takes.
  hiddenClients: true,
  // Light or dark as the system says.
  hideDarkModeToggle: true,
  documentDownloadType: 'direct',
  hideModels: true,
  orderSchemaPropertiesBy: 'preserve',
})
