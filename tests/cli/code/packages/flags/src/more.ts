import { useExperiment as useIt } from 'isoflag/react'

export const useVariant = (key: string) => useIt(key).variant
