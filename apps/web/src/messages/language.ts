/** The languages there are. Adding one: a folder beside `en`, its name here, and the compiler lists what is missing. */
const languages = ['en'] as const
type Language = (typeof languages)[number]

const wanted = navigator.languages.find((tag) => languages.some((language) => tag.split('-')[0] === language))

/** The reader's own region where it speaks one of our languages: decides how dates and numbers look. */
export const locale: string = wanted ?? 'en-GB'
const language = locale.split('-')[0] as Language

export const inLanguage = <Messages>(all: Record<Language, Messages>): Messages => all[language]
