export { type CalendarFields, createCollection, type NewCollection } from './create-collection.ts'
export { deleteCollection } from './delete-collection.ts'
export { type CollectionChanges, updateCollection } from './update-collection.ts'
