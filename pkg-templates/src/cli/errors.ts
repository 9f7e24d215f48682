/** A mistake in the call or its input: told without a stack, ends with code 2. `hint` says what to do next. */
export class CliError extends Error {
  override name = 'CliError'
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** What the file system says, in words. What is written may be new, where it is written may not. */
export function reasonOf(error: unknown, missing: 'file' | 'folder' = 'file'): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return `there is no such ${missing}`
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'ENOTDIR') return 'a part of its path is not a folder'
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not'
  return message
}
