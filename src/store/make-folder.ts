import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it, where they are missing. Node's own recursive mkdir never ends where the
 * system answers ENOENT although the folder above is there, as below /proc.
 *
 * @param mode of the folders made
 * @throws the system's error
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await makeOne(path, mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolder(dirname(path), mode)
    await makeOne(path, mode)
  }
}

async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode })
  } catch (error) {
    // Made by another process meanwhile, or there already. A file in its place shows when it is used.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
