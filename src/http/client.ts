import type { IncomingMessage } from 'node:http'
import { type BlockList, isIPv6, type Socket } from 'node:net'
import type { Client } from './state.ts'

/** What a connection's peer is; it does not change while the connection lasts. */
interface Peer {
  readonly address: string
  readonly isTrusted: boolean
  readonly direct: Omit<Client, 'origin'>
  readonly scheme: 'http' | 'https'
}

/** Tells who sent a request; believes X-Forwarded-* only from `trusted` addresses. */
export function clientReader(trusted: BlockList): (request: IncomingMessage) => Client {
  const peers = new WeakMap<Socket, Peer>()
  return (request) => {
    const known = peers.get(request.socket)
    const peer = known ?? readPeer(request.socket, trusted)
    if (known === undefined) peers.set(request.socket, peer)
    return peer.isTrusted && isForwarded(request) ? forwarded(request, peer, trusted) : direct(request, peer)
  }
}

/** Without these fields the request came from the proxy's machine itself, not through the proxy. */
function isForwarded({ headers }: IncomingMessage): boolean {
  return headers['x-forwarded-for'] !== undefined || headers['x-forwarded-proto'] !== undefined
}

function readPeer(socket: Socket, trusted: BlockList): Peer {
  const address = withoutMapping(socket.remoteAddress ?? '')
  const isSecure = 'encrypted' in socket
  return {
    address,
    isTrusted: contains(trusted, address),
    direct: { address, isSecure, isConfidential: isSecure || isLoopback(address), isProxied: false },
    scheme: isSecure ? 'https' : 'http',
  }
}

function direct(request: IncomingMessage, peer: Peer): Client {
  return { ...peer.direct, origin: `${peer.scheme}://${request.headers.host ?? ''}` }
}

function forwarded({ headers }: IncomingMessage, peer: Peer, trusted: BlockList): Client {
  const chain = list(headers['x-forwarded-for']).map((item) => withoutMapping(withoutPort(item)))
  // Every proxy appends: reading from the right, the first address that is not a trusted proxy is the client.
  const address = chain.findLast((hop) => !contains(trusted, hop)) ?? chain[0] ?? peer.address
  const isSecure = list(headers['x-forwarded-proto']).at(-1)?.toLowerCase() === 'https'
  const host = list(headers['x-forwarded-host']).at(-1) ?? headers.host ?? ''
  return {
    address,
    isSecure,
    isConfidential: isSecure || isLoopback(address),
    isProxied: true,
    origin: `${isSecure ? 'https' : 'http'}://${host}`,
  }
}

/** The items of a comma-separated header field. */
export function list(field: string | string[] | undefined): string[] {
  const text = Array.isArray(field) ? field.join(',') : (field ?? '')
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function contains(addresses: BlockList, address: string): boolean {
  return address !== '' && addresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** `::ffff:10.0.0.1`, as a dual-stack socket names an IPv4 peer, is `10.0.0.1`. */
function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

/** `[2001:db8::1]:443` and `192.0.2.1:443` without the port. */
function withoutPort(item: string): string {
  return /^\[([^\]]+)\]/.exec(item)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(item)?.[1] ?? item
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address)
}
