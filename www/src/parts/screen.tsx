import { useEffect, useRef, type ReactNode } from 'react'
import type { Feed } from '../feed'
import * as format from '../format'
import { Icon } from './icon'

/** The name of a screen: its heading, the title of the window, and where the focus goes when it opens. */
export function ScreenTitle({ children, title }: { children: ReactNode; title: string }) {
  const ref = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    scrollTo(0, 0)
    ref.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    document.title = `${title} · isoflag`
  }, [title])
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  )
}

/** Shows how fresh the numbers are, at the foot of the window so that nothing moves when the worker goes away. */
export function Freshness({ feed }: { feed: Feed<unknown> }) {
  const { at, trouble } = feed
  return (
    <div className="freshness" data-trouble={trouble !== null && at !== null} role="status">
      {trouble !== null && at !== null ? (
        <p>
          <Icon name="offline" />
          <span>
            <b>Not live:</b> {trouble.message}. These numbers are from {format.timeOfDay(at)}; trying again.
          </span>
        </p>
      ) : null}
    </div>
  )
}

export function LiveDot({ feed }: { feed: Feed<unknown> }) {
  const live = feed.trouble === null
  return (
    <span className="live" data-live={live && feed.at !== null}>
      {feed.at === null ? 'Connecting' : `${live ? 'Live' : 'Last seen'}, ${format.timeOfDay(feed.at)}`}
    </span>
  )
}

/** Speaks when `children` changes, shows nothing. */
export function Announce({ children }: { children: string }) {
  return (
    <p className="unseen" role="status">
      {children}
    </p>
  )
}

/** Stands in until the first answer, and says so when it does not come. */
export function Waiting({ feed, what }: { feed: Feed<unknown>; what: string }) {
  return (
    <div className="waiting" role="status">
      {feed.trouble === null ? (
        <p>Loading {what}.</p>
      ) : feed.trouble.kind === 'counting' ? (
        <>
          <p>
            <b>Loading {what}:</b> {feed.trouble.message.split(';')[0]}.
          </p>
          <p>A long history is counted once; from then on only what is new.</p>
        </>
      ) : (
        <>
          <p>
            <b>Could not load {what}:</b> {feed.trouble.message}.
          </p>
          <p>Trying again by itself; nothing to do here if the worker is starting.</p>
        </>
      )}
    </div>
  )
}
