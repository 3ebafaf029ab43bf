import * as z from 'zod/mini'

/** Items of one page at most. */
export const PAGE_LIMIT = 100

/** How a list is asked for: where the page before ended, and how many items. */
export const pageQuery = {
  /** `nextCursor` of the page before; opaque */
  cursor: z.optional(z.string().check(z.maxLength(256))),
  limit: z.optional(
    z.codec(z.string().check(z.regex(/^[1-9][0-9]{0,2}$/)), z.number().check(z.maximum(PAGE_LIMIT)), {
      decode: Number,
      encode: String,
    }),
  ),
}

/** One page of a list. */
export const pageOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({
    items: z.array(item),
    /** null on the last page */
    nextCursor: z.nullable(z.string()),
  })
