/** No answer came: the network is cut or the server is down. Not a `Problem`, because no server said it. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The server could not be reached', { cause })
    this.name = 'Unreachable'
  }
}
