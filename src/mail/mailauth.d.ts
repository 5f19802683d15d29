/** The part of mailauth that is used here; the package has no types of its own. */
declare module 'mailauth' {
  export interface AuthenticateOptions {
    readonly sender?: string
    readonly ip?: string
    readonly helo?: string
    readonly mta?: string
    readonly disableArc?: boolean
    readonly disableBimi?: boolean
    readonly minBitLength?: number
    /** Looks names up in the DNS, as `dns.promises.resolve` does. */
    readonly resolver?: (name: string, type: string) => Promise<unknown>
  }
  export interface AuthenticateResult {
    readonly dkim: {
      readonly headerFrom?: readonly string[]
      readonly results: readonly {
        readonly signingDomain?: string
        readonly status: {
          readonly result: string
          readonly aligned?: string | false
          readonly comment?: string
        }
      }[]
    }
    readonly spf: { readonly domain?: string; readonly status: { readonly result: string } } | false
    readonly dmarc: { readonly domain?: string; readonly status: { readonly result: string } } | false
  }
  export function authenticate(message: Uint8Array, options: AuthenticateOptions): Promise<AuthenticateResult>
}
