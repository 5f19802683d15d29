/** Prints what became of every object of the corpus, for runs under different TZ to be compared. */
import { corpusFiles, expandFile } from './corpus.ts'

for (const file of corpusFiles()) console.log(JSON.stringify([file, await expandFile(file)]))
