import { useFlag } from 'isoflag/react'

export default { flag: useFlag }
export { readFlag as valueOf } from 'isoflag/next'
export * as tracked from '../server'
