let common: ReadonlySet<string> | undefined

/**
 * The fifty thousand commonest passwords, for asking whether a lower-case word is one of them. Offline, so that the
 * check never fails open. Loaded when first needed: a server that sets no password need not hold them.
 */
export async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  common ??= new Set(dictionary['passwords-common'].filter((word) => word.length >= 3))
  return common
}
