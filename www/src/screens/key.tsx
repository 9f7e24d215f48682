import { useState, type FormEvent } from 'react'
import { keepKey, readKey, useKey } from '../key'
import { Icon } from '../parts/icon'
import { ScreenTitle } from '../parts/screen'

export function KeyScreen() {
  const { complaint } = useKey()
  const [text, setText] = useState('')
  const [remember, setRemember] = useState(true)
  const [problem, setProblem] = useState<string | null>(null)
  const shown = problem ?? (complaint === null ? null : sentence(complaint))

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const found = problemOf(text.trim())
    setProblem(found)
    if (found === null) keepKey(text.trim(), remember)
  }
  return (
    <form className="key-form card" onSubmit={submit} noValidate>
      <ScreenTitle title="Key">Open the results</ScreenTitle>
      <p>
        The console reads with a <b>server</b> or an <b>admin</b> key of one environment. <code>npm start</code> prints an address that carries one.
      </p>
      <label htmlFor="key">Key</label>
      <input
        id="key"
        type="password"
        autoComplete="current-password"
        spellCheck={false}
        placeholder="iso_server_production_…"
        value={text}
        aria-invalid={shown !== null}
        aria-describedby="key-problem"
        onChange={(event) => {
          setText(event.target.value)
          setProblem(null)
        }}
      />
      <p id="key-problem" className="field-problem" role="alert">
        {shown !== null && (
          <>
            <Icon name="alarm" />
            <span>{shown}</span>
          </>
        )}
      </p>
      <label className="tick-box">
        <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
        Remember it in this browser
      </label>
      <button type="submit" className="button">
        Show experiments
      </button>
      <p className="small">The key stays in this browser and is sent to this address only.</p>
    </form>
  )
}

function problemOf(key: string): string | null {
  if (key === '') return 'Enter a key.'
  const read = readKey(key)
  if (read === null) return 'This is not an isoflag key: one begins with iso_server_ or iso_admin_.'
  if (read.role === 'client') return 'This is a client key, which may not read reports. Use a server or an admin key.'
  return null
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
