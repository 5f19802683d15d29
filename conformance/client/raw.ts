import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

/**
 * Sends octets as they are over a connection of its own and gives what came back within a time: for requests a
 * well-behaved client would not send. Resolves with what was read when the server closes, answers once, or is silent.
 */
export function sendRaw(origin: URL, octets: string | Buffer, milliseconds = 5000): Promise<string> {
  const isSecure = origin.protocol === 'https:'
  const at = {
    host: origin.hostname.replace(/^\[|\]$/g, ''),
    port: Number(origin.port || (isSecure ? 443 : 80)),
  }
  return new Promise((resolve) => {
    const socket: Socket = isSecure ? connectSecure({ ...at, servername: at.host }) : connectPlain(at)
    let answer = ''
    const finish = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(finish, milliseconds)
    socket.setEncoding('latin1')
    socket.on(isSecure ? 'secureConnect' : 'connect', () => socket.write(octets))
    socket.on('data', (chunk) => {
      answer += chunk
      if (answer.includes('\r\n\r\n')) finish()
    })
    socket.on('close', finish)
    socket.on('error', finish)
  })
}

/** The status of a raw answer; 0 when there was none. */
export function rawStatus(answer: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0)
}
