export * from './wrapped'
export { useBoolean as useToggle } from './wrapped'
export * as nested from './wrapped'
