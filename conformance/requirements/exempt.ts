/** Sections that hold a MUST no test of a server can see, and why. */
export interface Exemption {
  readonly rfc: string
  readonly sections: readonly string[]
  readonly reason: string
}

const words = 'how the words MUST and SHOULD are meant'
const registration = 'rules for registering names'
const operators = 'asks something of those who run a server'
const definition = 'defines a format; its use is tested where it is used'
const clients = 'binds clients'

/** Every exemption. */
export const exemptions: readonly Exemption[] = [
  { rfc: '3744', sections: ['1.2'], reason: words },
  { rfc: '3744', sections: ['2', '9.1', '10', '13'], reason: definition },
  { rfc: '4791', sections: ['1.1'], reason: words },
  { rfc: '4791', sections: ['1.2', '1.3', '3.1', '7.4', '9.8'], reason: definition },
  { rfc: '4791', sections: ['8.2', '8.6'], reason: clients },
  { rfc: '4791', sections: ['11'], reason: operators },
  { rfc: '4918', sections: ['2'], reason: words },
  {
    rfc: '4918',
    sections: ['4.1', '6.1', '6.7', '6.8', '8.5', '14.3', '14.5', '14.7', '14.8', '14.18', '14.20', '14.26'],
    reason: definition,
  },
  { rfc: '4918', sections: ['7.7'], reason: 'tested with the refresh of RFC 4918 §9.10.2' },
  { rfc: '4918', sections: ['10.5'], reason: 'tested with the answers of RFC 4918 §9.10.1 and §9.11' },
  { rfc: '4918', sections: ['11', '12'], reason: 'each status is tested where it is answered' },
  { rfc: '4918', sections: ['13.2'], reason: 'redirect references are not offered (RFC 4437)' },
  { rfc: '4918', sections: ['19'], reason: 'tested with the values of RFC 4918 §4.3' },
  { rfc: '5397', sections: ['2'], reason: words },
  { rfc: '5545', sections: ['5', '6'], reason: definition },
  { rfc: '5545', sections: ['8.1', '8.2.1', '8.2.3'], reason: registration },
  { rfc: '5546', sections: ['1.1'], reason: words },
  { rfc: '5546', sections: ['3.1.1', '3.1.2', '3.1.3'], reason: definition },
  {
    rfc: '5546',
    sections: ['3.2.1', '3.3.1', '3.4.1', '3.5.1', '4.1.2', '4.1.4'],
    reason: 'PUBLISH is not sent by CalDAV scheduling (RFC 6638 §3.2)',
  },
  { rfc: '5546', sections: ['3.3.2'], reason: 'tested with the requests of RFC 6638 §5' },
  {
    rfc: '5546',
    sections: ['3.4.2', '3.4.2.3', '3.4.2.4', '3.4.3', '3.4.4', '3.4.5', '3.4.6', '3.4.7', '3.4.8'],
    reason: 'the rules of events, tested in RFC 5546 §3.2, hold for tasks',
  },
  {
    rfc: '5546',
    sections: ['3.5.2', '3.5.3'],
    reason: 'journal entries are not scheduled by CalDAV servers (RFC 6638 §3.2)',
  },
  {
    rfc: '5546',
    sections: ['3.6', '3.7.2', '4.2.5', '4.2.9', '4.2.11', '4.7.2', '5.1.1', '5.1.3', '5.1.4', '5.2.2'],
    reason: clients,
  },
  { rfc: '5546', sections: ['6.2.1'], reason: operators },
  { rfc: '5689', sections: ['2'], reason: words },
  { rfc: '5689', sections: ['3.1'], reason: 'the announcement decides whether the group is judged' },
  { rfc: '5689', sections: ['4'], reason: clients },
  { rfc: '6578', sections: ['2'], reason: words },
  { rfc: '6578', sections: ['6.2'], reason: definition },
  { rfc: '6578', sections: ['3.7'], reason: 'tested with the truncation of RFC 6578 §3.6' },
  { rfc: '6638', sections: ['1.2'], reason: words },
  { rfc: '6638', sections: ['2.3'], reason: definition },
  { rfc: '6638', sections: ['11', '11.1', '11.3', '11.4'], reason: operators },
  { rfc: '6764', sections: ['2'], reason: words },
  { rfc: '6764', sections: ['3', '4', '7', '8'], reason: operators },
  { rfc: '6868', sections: ['2'], reason: words },
  { rfc: '7529', sections: ['2'], reason: words },
  { rfc: '7529', sections: ['6', '8', '9'], reason: definition },
  { rfc: '7809', sections: ['2'], reason: words },
  { rfc: '7809', sections: ['4'], reason: clients },
  { rfc: '7953', sections: ['2'], reason: words },
  { rfc: '7953', sections: ['7.2.3'], reason: 'tested with the periods of RFC 7953 §5' },
  { rfc: '7953', sections: ['8', '9'], reason: operators },
  { rfc: '7986', sections: ['2'], reason: words },
  { rfc: '7986', sections: ['4'], reason: definition },
  { rfc: '7986', sections: ['5.3', '7', '8'], reason: clients },
]
