/** Something an operator can act on, in one sentence. */
export class CliError extends Error {}

/** All that can be typed. */
export const usage = `Usage:
  latchkey users create NAME [--display-name TEXT] [--email ADDRESS] [--role ROLE] [--json]
  latchkey users list [--search TEXT] [--json]
  latchkey users show NAME [--json]
  latchkey users set-password NAME
  latchkey users reset-two-factor NAME
  latchkey users api-key NAME [--json]
  latchkey users unlock NAME

A password is asked for, or read from the first line of standard input. An API key is made here for a service only.
Roles are administrator, member, read-only and service.
The database is the one the environment names: DATABASE_URL, or the file in LATCHKEY_DATA_DIR.`

/** What was typed is no command. */
export class UsageError extends Error {
  constructor(sentence?: string) {
    super(sentence ? `${sentence}\n\n${usage}` : usage)
  }
}
