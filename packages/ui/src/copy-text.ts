/**
 * Puts text on the clipboard; false when the browser refuses. The modern way exists only on https and localhost,
 * so on a plain-http address in a local network the old one is used.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const cameFrom = document.activeElement
  const carrier = document.createElement('textarea')
  carrier.value = text
  carrier.readOnly = true
  // beside whatever has the focus, because nothing outside an open modal dialog can be selected
  const place = cameFrom?.closest('dialog') ?? document.body
  place.append(carrier)
  carrier.select()
  const copied = document.execCommand('copy')
  carrier.remove()
  if (cameFrom instanceof HTMLElement) cameFrom.focus()
  return copied
}
