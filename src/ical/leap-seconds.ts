/** The last date these are known to be complete for: after it another may have been announced (IERS Bulletin C). */
export const LEAP_SECONDS_EXPIRE = '2026-06-28'

/** Days (at 00:00:00 UTC) from which UTC lags TAI by one second more, starting with 10 seconds. */
const ONSETS =
  '1972-01-01 1972-07-01 1973-01-01 1974-01-01 1975-01-01 1976-01-01 1977-01-01 1978-01-01 1979-01-01 1980-01-01 ' +
  '1981-07-01 1982-07-01 1983-07-01 1985-07-01 1988-01-01 1990-01-01 1991-01-01 1992-07-01 1993-07-01 1994-07-01 ' +
  '1996-01-01 1997-07-01 1999-01-01 2006-01-01 2009-01-01 2012-07-01 2015-07-01 2017-01-01'

const FIRST_OFFSET = 10

/** Every change of the offset between TAI and UTC, in seconds. */
export function listLeapSeconds(): { utcOffset: number; onset: string }[] {
  return ONSETS.split(' ').map((onset, index) => ({ utcOffset: FIRST_OFFSET + index, onset }))
}
