import { scaleLinear } from '@visx/scale'
import type { ReactNode } from 'react'
import * as format from '../format'
import { domainOf, readingOf, readingWords, type Interval } from './interval'
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
  readonly distrusted: boolean
}

const AXIS = 22
const EDGE = 10

/**
 * One interval per row over one zero line. Every number drawn is also written beside it, so the drawing itself stays silent to
 * assistive technology.
 */
export function IntervalChart({ rows, planned = null, distrusted }: Props) {
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
            <svg className="interval-plot" aria-hidden="true">
              {width > 0 && (
                <>
                  {ticks.map((tick) => (
                    <line key={tick} className="grid" x1={scale(tick)} x2={scale(tick)} y1="0" y2="100%" />
                  ))}
                  {planned !== null && <line className="planned" x1={scale(planned)} x2={scale(planned)} y1="0" y2="100%" />}
                  <line className="zero" x1={zero} x2={zero} y1="0" y2="100%" />
                  {row.interval && <Bar interval={row.interval} scale={scale} />}
                </>
              )}
            </svg>
            <div className="interval-words">
              {row.interval ? (
                <>
                  <b>{format.lift(row.interval.lift)}</b>
                  <span>{format.range(format.lift(row.interval.low), format.lift(row.interval.high))}</span>
                  <span className="reading">{readingWords(row.interval, row.direction, distrusted)}</span>
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
          <svg width="100%" height={planned === null ? AXIS : AXIS + 16}>
            {width > 0 &&
              ticks.map((tick) => (
                <text key={tick} x={scale(tick)} y={16} textAnchor="middle" className={tick === 0 ? 'tick tick-zero' : 'tick'}>
                  {axisLift(tick)}
                </text>
              ))}
            {width > 0 && planned !== null && (
              <text x={scale(planned)} y={33} textAnchor={scale(planned) > width - 50 ? 'end' : scale(planned) < 50 ? 'start' : 'middle'} className="tick tick-planned">
                planned for {axisLift(planned)}
              </text>
            )}
          </svg>
        </div>
      </div>
    </div>
  )
}

function Bar({ interval, scale }: { interval: Interval; scale: (value: number) => number }) {
  const low = scale(Math.max(-1, interval.low))
  const high = scale(interval.high)
  // The inner drawing stands at half the height of its row, whatever that is: rows grow with their words.
  return (
    <svg className="bar" y="50%" overflow="visible">
      <rect x={low} y={-8} width={Math.max(1, high - low)} height={16} rx={3} />
      <path d={`M${low} -9v18M${high} -9v18M${low} 0H${high}`} />
      <circle cx={scale(interval.lift)} cy={0} r={6} />
    </svg>
  )
}

export function axisLift(value: number): string {
  return format.lift(value).replace('.0%', '%')
}
