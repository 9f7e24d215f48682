import { scaleLinear } from '@visx/scale'
import type { ReactNode } from 'react'
import * as format from '../format'
import { domainOf, READING_WORDS, readingOf, type Interval } from './interval'
import { useWidth } from './measure'
import type { MetricReport } from '../wire'

export interface IntervalRow {
  readonly id: string
  readonly label: ReactNode
  readonly interval: Interval | null
  readonly direction: MetricReport['direction']
}

interface Props {
  readonly rows: readonly IntervalRow[]
  /** The smallest lift the plan wants to detect, drawn as a second line. */
  readonly planned?: number | null
}

const HEIGHT = 44
const EDGE = 10

/**
 * One interval per row over one zero line. Every number drawn is also written beside it, so the drawing itself stays silent to
 * assistive technology.
 */
export function IntervalChart({ rows, planned = null }: Props) {
  const [ref, width] = useWidth()
  const scale = scaleLinear<number>({ domain: domainOf(rows.map((row) => row.interval), planned === null ? [] : [planned]), range: [EDGE, Math.max(EDGE, width - EDGE)] })
  const ticks = scale.ticks(width < 420 ? 4 : 7)
  const zero = scale(0)
  return (
    <div className="intervals">
      <ul>
        {rows.map((row) => (
          <li key={row.id} data-reading={readingOf(row.interval, row.direction)}>
            <div className="interval-label">{row.label}</div>
            <svg className="interval-plot" width="100%" height={HEIGHT} aria-hidden="true">
              {width > 0 && (
                <>
                  {ticks.map((tick) => (
                    <line key={tick} className="grid" x1={scale(tick)} x2={scale(tick)} y1={0} y2={HEIGHT} />
                  ))}
                  {planned !== null && <line className="planned" x1={scale(planned)} x2={scale(planned)} y1={0} y2={HEIGHT} />}
                  <line className="zero" x1={zero} x2={zero} y1={0} y2={HEIGHT} />
                  {row.interval && <Bar interval={row.interval} scale={scale} />}
                </>
              )}
            </svg>
            <div className="interval-words">
              {row.interval ? (
                <>
                  <b>{format.lift(row.interval.lift)}</b>
                  <span>{format.range(format.lift(row.interval.low), format.lift(row.interval.high))}</span>
                  <span className="reading">{READING_WORDS[readingOf(row.interval, row.direction)]}</span>
                </>
              ) : (
                <span className="reading">no interval yet</span>
              )}
            </div>
          </li>
        ))}
      </ul>
      <div className="interval-axis" aria-hidden="true">
        <div ref={ref}>
          <svg width="100%" height={planned === null ? 22 : 38}>
            {width > 0 &&
              ticks.map((tick) => (
                <text key={tick} x={scale(tick)} y={16} textAnchor="middle" className={tick === 0 ? 'tick tick-zero' : 'tick'}>
                  {axisLift(tick)}
                </text>
              ))}
            {width > 0 && planned !== null && (
              <text x={scale(planned)} y={33} textAnchor={scale(planned) > width - 50 ? 'end' : scale(planned) < 50 ? 'start' : 'middle'} className="tick tick-planned">
                planned for {format.lift(planned).replace('.0', '')}
              </text>
            )}
          </svg>
        </div>
      </div>
    </div>
  )
}

function Bar({ interval, scale }: { interval: Interval; scale: (value: number) => number }) {
  const middle = HEIGHT / 2
  const low = scale(Math.max(-1, interval.low))
  const high = scale(interval.high)
  return (
    <g className="bar">
      <rect x={low} y={middle - 7} width={Math.max(1, high - low)} height={14} rx={3} />
      <path d={`M${low} ${middle - 9}v18M${high} ${middle - 9}v18M${low} ${middle}H${high}`} />
      <circle cx={scale(interval.lift)} cy={middle} r={6} />
    </g>
  )
}

export function axisLift(value: number): string {
  return format.lift(value).replace(/\.0(?=\u00a0)/, '').replace('\u00a0', '\u2009')
}
