import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly head: string
  /** A few words under the head. */
  readonly note?: string
  readonly cell: (row: Row) => ReactNode
  readonly numeric?: boolean
}

interface Props<Row> {
  readonly caption: ReactNode
  readonly hideCaption?: boolean
  /** The first column names the row. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly className?: string
}

/**
 * The one table. Narrow screens show every row as a card with the heads as labels; the roles are spelled out because browsers
 * forget what a table is once its cells are laid out otherwise.
 */
export function Table<Row>({ caption, hideCaption = false, columns, rows, rowKey, className = '' }: Props<Row>) {
  return (
    <table role="table" className={`table ${className}`}>
      <caption className={hideCaption ? 'unseen' : undefined}>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.head} role="columnheader" scope="col" className={column.numeric ? 'numeric' : undefined}>
              {column.head}
              {column.note === undefined ? null : <span className="note">{column.note}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row">
            {columns.map((column, index) =>
              index === 0 ? (
                <th key={column.head} role="rowheader" scope="row">
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.head} role="cell" data-label={column.head} className={column.numeric ? 'numeric' : undefined}>
                  <div>{column.cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
