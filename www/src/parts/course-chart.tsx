import { scaleLinear, scalePoint } from '@visx/scale'
import { Area, LinePath } from '@visx/shape'
import { useId, useState } from 'react'
import * as format from '../format'
import type { MetricReport } from '../wire'
import { domainOf, readingOf, type Interval } from './interval'
import { axisLift } from './interval-chart'
import { useWidth } from './measure'

export interface CourseDay {
  readonly day: string
  readonly interval: Interval | null
}

interface Props {
  readonly arm: string
  readonly days: readonly CourseDay[]
  readonly direction: MetricReport['direction']
  /** Shared by the charts of all arms, so that their heights may be compared. */
  readonly domain: readonly [number, number]
}

const HEIGHT = 220
const PLOT = { left: 52, right: 10, top: 10, bottom: 30 }

/**
 * How the interval narrowed from day to day. A range input lies over the drawing: pointer, touch and arrow keys pick a day, and a
 * screen reader hears its numbers.
 */
export function CourseChart({ arm, days, direction, domain }: Props) {
  const [ref, width] = useWidth()
  const clip = useId()
  const [picked, setPicked] = useState<number | null>(null)
  const drawn = days.flatMap((day, index) => (day.interval ? [{ ...day.interval, index }] : []))
  const last = days.length - 1
  const index = Math.min(picked ?? last, last)
  const current = days[index]
  const x = scalePoint<number>({ domain: days.map((_, position) => position), range: [PLOT.left, Math.max(PLOT.left, width - PLOT.right)] })
  const y = scaleLinear<number>({ domain: [...domain], range: [HEIGHT - PLOT.bottom, PLOT.top] })
  const at = (position: number): number => x(position) ?? 0
  const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor((width - PLOT.left) / 76))))
  return (
    <div className="course" data-reading={readingOf(current?.interval ?? null, direction)}>
      <p className="course-readout">
        <code>{arm}</code>
        <span>{current ? `up to ${format.shortDay(current.day)}` : ''}</span>
        <b>{current?.interval ? format.lift(current.interval.lift) : 'no interval yet'}</b>
        {current?.interval && <span>{spoken(current.interval)}</span>}
      </p>
      <div className="course-plot" ref={ref}>
        <svg width="100%" height={HEIGHT} aria-hidden="true">
          {width > 0 && (
            <>
              <clipPath id={clip}>
                <rect x={PLOT.left} y={PLOT.top} width={Math.max(0, width - PLOT.left)} height={HEIGHT - PLOT.top - PLOT.bottom} />
              </clipPath>
              {y.ticks(5).map((tick) => (
                <g key={tick}>
                  <line className={tick === 0 ? 'zero' : 'grid'} x1={PLOT.left} x2={width - PLOT.right} y1={y(tick)} y2={y(tick)} />
                  <text className={tick === 0 ? 'tick tick-zero' : 'tick'} x={PLOT.left - 8} y={y(tick)} dy="0.35em" textAnchor="end">
                    {axisLift(tick)}
                  </text>
                </g>
              ))}
              {days.map((day, position) =>
                (last - position) % every === 0 ? (
                  <text key={day.day} className="tick" x={at(position)} y={HEIGHT - 6} textAnchor={days.length === 1 ? 'middle' : position === last ? 'end' : 'middle'}>
                    {format.shortDay(day.day)}
                  </text>
                ) : null,
              )}
              <g clipPath={`url(#${clip})`} className="bar">
                <Area data={drawn} x={(day) => at(day.index)} y0={(day) => y(Math.max(-1, day.low))} y1={(day) => y(day.high)} className="band" />
                <LinePath data={drawn} x={(day) => at(day.index)} y={(day) => y(Math.max(-1, day.low))} className="band-edge" />
                <LinePath data={drawn} x={(day) => at(day.index)} y={(day) => y(day.high)} className="band-edge" />
                <LinePath data={drawn} x={(day) => at(day.index)} y={(day) => y(day.lift)} className="course-line" />
                {current?.interval && (
                  <>
                    <path d={`M${at(index)} ${y(Math.max(-1, current.interval.low))}V${y(current.interval.high)}`} />
                    <circle cx={at(index)} cy={y(current.interval.lift)} r={5} />
                  </>
                )}
              </g>
            </>
          )}
        </svg>
        {days.length > 1 && (
          <input
            type="range"
            min={0}
            max={last}
            step={1}
            value={index}
            aria-label={`Day, for ${arm}`}
            aria-valuetext={current ? `${format.shortDay(current.day)}: ${current.interval ? `${format.lift(current.interval.lift)}, ${spoken(current.interval)}` : 'no interval yet'}` : undefined}
            onChange={(event) => setPicked(Number(event.target.value))}
            onPointerMove={(event) => event.pointerType === 'mouse' && setPicked(nearest(event.currentTarget, event.clientX, last))}
            onPointerLeave={() => setPicked(null)}
            onBlur={() => setPicked(null)}
          />
        )}
      </div>
    </div>
  )
}

function spoken(interval: Interval): string {
  return format.range(format.lift(interval.low), format.lift(interval.high))
}

function nearest(input: HTMLInputElement, clientX: number, last: number): number {
  const box = input.getBoundingClientRect()
  return Math.max(0, Math.min(last, Math.round(((clientX - box.left) / box.width) * last)))
}

/**
 * The heights all arms share. The first days know next to nothing and their intervals would flatten all others, so the axis fits
 * the later two thirds and lets the early ones run off the edge.
 */
export function courseDomain(arms: readonly (readonly CourseDay[])[]): [number, number] {
  return domainOf(arms.flatMap((days) => days.slice(Math.floor(days.length / 3)).map((day) => day.interval)))
}
