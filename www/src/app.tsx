import { dropKey, readKey, useKey } from './key'
import { Mark } from './parts/icon'
import { LIST, useRoute } from './route'
import { KeyScreen } from './screens/key'
import { ListScreen } from './screens/list'
import { ReportScreen } from './screens/report'

export function App() {
  const { key } = useKey()
  const route = useRoute()
  return (
    <>
      <a className="skip" href="#main" onClick={toMain}>
        Skip to content
      </a>
      <header className="top">
        <div className="frame">
          <a className="brand" href={LIST}>
            <Mark />
            isoflag
          </a>
          {key !== null && (
            <div className="top-end">
              <span className="environment">{readKey(key)?.environment ?? 'unnamed environment'}</span>
              <button type="button" className="quiet-button" onClick={() => dropKey()}>
                Forget key
              </button>
            </div>
          )}
        </div>
      </header>
      <main id="main" className="frame" tabIndex={-1}>
        {key === null ? (
          <KeyScreen />
        ) : route.screen === 'list' ? (
          <ListScreen />
        ) : (
          <ReportScreen key={route.experiment} experiment={route.experiment} run={route.run} />
        )}
      </main>
    </>
  )
}

// The part after # is taken by the routes, so the skip link moves the focus itself.
function toMain(event: { preventDefault(): void }): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
