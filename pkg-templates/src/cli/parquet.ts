// Facts as a Parquet file: a row a fact, a column a field, objects as JSON text. Loaded only by the command that writes one.

import { open } from 'node:fs/promises'
import { type BasicType, ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { FactKind } from './commands/export.ts'
import { CliError, reasonOf } from './errors.ts'

type Type = 'STRING' | 'INT64' | 'BOOLEAN' | 'JSON' | 'TIMESTAMP' | 'DATE'

/** The fields of each kind. A type that ends in `?` may be missing. */
const COLUMNS: Readonly<Record<FactKind, Readonly<Record<string, `${Type}` | `${Type}?`>>>> = {
  events: {
    id: 'STRING', name: 'STRING', at: 'TIMESTAMP', receivedAt: 'TIMESTAMP', skew: 'INT64?',
    units: 'JSON', properties: 'JSON', experiments: 'JSON', imported: 'BOOLEAN',
  },
  exposures: {
    id: 'STRING', experiment: 'STRING', run: 'STRING', unitType: 'STRING', unit: 'STRING', variant: 'STRING',
    at: 'TIMESTAMP', receivedAt: 'TIMESTAMP', skew: 'INT64?', program: 'STRING?', imported: 'BOOLEAN', verdict: 'STRING',
  },
  aliases: { unitType: 'STRING', unit: 'STRING', toType: 'STRING', to: 'STRING', at: 'TIMESTAMP' },
  losses: { generation: 'INT64', shard: 'INT64', day: 'DATE', reason: 'STRING', count: 'INT64' },
}

/** Rows that are held before they are written as one group: readers like large ones, memory does not. */
const GROUP = 50_000

export interface ParquetFile {
  add(lines: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** Begins a file. It is a Parquet file once it is closed: the index stands at its end. */
export async function openParquet(path: string, kind: FactKind): Promise<ParquetFile> {
  const file = await open(path, 'w').catch((error: unknown) => {
    throw new CliError(`cannot write \`${path}\`: ${reasonOf(error, 'folder')}`)
  })
  const columns = Object.entries(COLUMNS[kind])
  const schema = schemaFromColumnData({
    columnData: columns.map(([name, type]) => ({ name, data: [], ...(type !== 'DATE' && { type: type.replace('?', '') as BasicType, nullable: type.endsWith('?') }) })),
    schemaOverrides: Object.fromEntries(columns.filter(([, type]) => type === 'DATE').map(([name]) => [name, { name, type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' }])),
  })
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({ writer, schema })
  let rows: Record<string, unknown>[] = []

  async function group(): Promise<void> {
    if (rows.length > 0) parquet.write({ columnData: columns.map(([name, type]) => ({ name, data: rows.map(row => value(row[name], type)) })), rowGroupSize: GROUP })
    rows = []
    await flush()
  }

  async function flush(): Promise<void> {
    await file.write(new Uint8Array(writer.buffer, 0, writer.index))
    writer.index = 0
  }

  return {
    async add(lines) {
      for (const line of lines) rows.push(JSON.parse(line))
      if (rows.length >= GROUP) await group()
    },
    async close() {
      await group()
      await parquet.finish()
      await flush()
      await file.close()
    },
  }
}

function value(of: unknown, type: string): unknown {
  if (of === null || of === undefined) return null
  if (type.startsWith('TIMESTAMP')) return new Date(of as number)
  if (type.startsWith('INT64')) return BigInt(of as number)
  return of
}
