export { copyCollection, moveCollection } from './copy-move-collection.ts'
export { copyObject, moveObject } from './copy-move-object.ts'
