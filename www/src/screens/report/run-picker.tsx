import { longDate } from '../../format'
import type { ListedExperiment } from '../../wire'

interface Props {
  readonly runs: ListedExperiment['runs']
  readonly shown: string | null
  readonly onPick: (run: string) => void
}

/** A restart, a new salt or new weights open a new run; runs are never added together. */
export function RunPicker({ runs, shown, onPick }: Props) {
  if (runs.length < 2 || shown === null) return null
  const newest = runs.toSorted((a, b) => b.openedAt - a.openedAt)
  return (
    <label className="run-picker">
      Run
      <select value={shown} onChange={(event) => onPick(event.target.value)}>
        {newest.map(({ run, openedAt }, index) => (
          <option key={run} value={run}>
            {`${longDate(openedAt)} \u00b7 ${run}${index === 0 ? ' (newest)' : ''}`}
          </option>
        ))}
      </select>
    </label>
  )
}
