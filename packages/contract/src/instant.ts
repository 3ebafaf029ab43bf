import * as z from 'zod/mini'

/**
 * A moment: an RFC 3339 string in UTC on the wire, milliseconds since the epoch in code.
 * One unit and one type inside, so that no comparison can mix seconds, dates and strings.
 */
export const instant = z.codec(z.iso.datetime(), z.number(), {
  decode: (text) => Date.parse(text),
  encode: (milliseconds) => new Date(milliseconds).toISOString(),
})
