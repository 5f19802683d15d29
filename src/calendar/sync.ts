export { type Changes, changesSince } from './changes-since.ts'
export { type HomeChanges, homeChangesSince } from './home-changes-since.ts'
export { homeSyncTokenOf, syncTokenOf } from './sync-token.ts'
