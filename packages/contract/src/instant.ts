import * as z from 'zod/mini'

/** RFC 3339 in UTC. The exact form is enough of a check: what is no date decodes to NaN, which is no number. */
const rfc3339 = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/), z.meta({ format: 'date-time' }))

/**
 * A moment: an RFC 3339 string in UTC on the wire, milliseconds since the epoch in code.
 * One unit and one type inside, so that no comparison can mix seconds, dates and strings.
 */
export const instant = z.codec(rfc3339, z.number(), {
  decode: (text) => Date.parse(text),
  encode: (milliseconds) => new Date(milliseconds).toISOString(),
})
